// Package rest is the API kit: huma operations under /api/v1 on the page kit's mux, with tokens, permissions, problem
// documents (RFC 9457), keyset paging and an OpenAPI 3.1 description that lists every route.
//
// An operation in a module:
//
//	rest.Register(api, huma.Operation{Method: "GET", Path: "/hotline/orders/{id}", Summary: "查看工单", Tags: []string{"热线"}},
//		hotline.PermOrderRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[Order], error) {
//			o, err := m.Order(ctx, in.ID.ID)
//			if err != nil {
//				return nil, err // becomes a problem document
//			}
//			return rest.WithVersion(view(o), o.Version), nil
//		})
//
// The caller shows a token (Authorization: Bearer …) or, from this site's own pages, the session cookie. The permission
// is checked before the body is read; the use case checks it again with the data scope.
package rest
