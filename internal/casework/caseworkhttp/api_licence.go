package caseworkhttp

import (
	"context"
	"net/http"

	"yichuang/internal/casework"
	"yichuang/internal/rest"
)

// registerLicences adds the register of licences to the API.
func registerLicences(k *rest.Kit, m *casework.Module) {
	rest.Register(k, op(http.MethodGet, "/casework/licences", "证照登记：有期限的按期满日，其余按新旧"), casework.PermLicence, func(ctx context.Context, in *struct {
		rest.Paging
		List casework.LicenceList `query:"list" enum:"near,open,ended" doc:"near 即将期满，open 未定期限，ended 已失效；不填为有效且有期限的"`
		No   string               `query:"no" maxLength:"100" doc:"证照编号"`
	}) (*rest.Body[rest.Page[casework.LicenceRow]], error) {
		list, next, err := m.Licences(ctx, casework.LicenceFilter{List: in.List, No: in.No, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/casework/licences/{id}", "一份证照：状态、有效期、办件和登记记录"), casework.PermLicence, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[casework.LicenceSheet], error) {
		s, err := m.FindLicence(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/casework/licences/{id}/end", "注销、吊销证照，或更正有效期"), casework.PermEndLicence, func(ctx context.Context, in *stepInput[casework.EndInput]) (*rest.Versioned[casework.Licence], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		l, err := m.EndLicence(ctx, casework.Command{CaseID: casework.CaseID(in.ID.ID), Version: version, Key: in.IdempotencyKey.IdempotencyKey}, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(l, l.Version), nil
	})
}
