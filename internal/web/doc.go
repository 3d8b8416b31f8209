// Package web is the page kit: routes with a permission each, sessions, forms that keep what was typed, error pages,
// layouts and the components that pages are built from. It knows no word of the domain; modules bring their pages in
// their own packages and register them on a Kit.
//
// A page in a module:
//
//	kit.Page("GET /hotline/orders/{id}", hotline.PermOrderRead, func(c *web.Ctx) error {
//		o, err := m.Order(c.Context(), c.Param("id"))
//		if err != nil {
//			return err // becomes an error page; the status comes from the error's kind
//		}
//		return c.Render(orderPage(o)) // a templ component that starts with @web.Staff(web.Page{…}) { … }
//	})
//
// Rendering is buffered, so a page that fails half-way is never sent. Every registration is recorded (Kit.Routes) for
// the guard test that no route lacks a permission; the public routes are the explicit list made with Kit.Public.
package web
