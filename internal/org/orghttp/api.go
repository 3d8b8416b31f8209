package orghttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/rest"
)

const apiTag = "组织与账号"

// unitOut is a unit as the API shows it.
type unitOut struct {
	ID          string     `json:"id"`
	Code        string     `json:"code,omitempty" doc:"单位代码"`
	Name        string     `json:"name" doc:"单位名称"`
	ShortName   string     `json:"short_name,omitempty" doc:"简称"`
	Kinds       []string   `json:"kinds" enum:"section,stationed,handling" doc:"单位性质：section 股室，stationed 进驻单位，handling 承办单位"`
	Group       string     `json:"group" enum:"internal,county,township,utility,vertical" doc:"单位类别"`
	ParentID    string     `json:"parent_id,omitempty" doc:"上级单位"`
	Level       int64      `json:"level" doc:"承办网络层级，1 为中心内设"`
	SiteID      string     `json:"site_id,omitempty" doc:"所在站点"`
	Division    string     `json:"division,omitempty" doc:"行政区划代码"`
	ContactName string     `json:"contact_name,omitempty" doc:"联系人"`
	OfficePhone string     `json:"office_phone,omitempty" doc:"办公电话"`
	ActiveFrom  clock.Date `json:"active_from" doc:"启用日期，空为一直启用"`
	ActiveTo    clock.Date `json:"active_to" doc:"停用日期，空为没有停用"`
	Sort        int64      `json:"sort" doc:"排序号"`
	Version     int64      `json:"version"`
}

func unitOf(u org.Unit) unitOut {
	return unitOut{ID: u.ID, Code: u.Code, Name: u.Name, ShortName: u.ShortName, Kinds: splitKinds(u), Group: string(u.Group), ParentID: u.ParentID, Level: u.Level,
		SiteID: u.SiteID, Division: u.Division, ContactName: u.ContactName, OfficePhone: u.OfficePhone, ActiveFrom: u.ActiveFrom, ActiveTo: u.ActiveTo, Sort: u.Sort, Version: u.Version}
}

// unitIn is a unit as the API takes it.
type unitIn struct {
	Code        string      `json:"code,omitempty" maxLength:"32"`
	Name        string      `json:"name" minLength:"1" maxLength:"60"`
	ShortName   string      `json:"short_name,omitempty" maxLength:"20"`
	Kinds       []string    `json:"kinds" minItems:"1" enum:"section,stationed,handling"`
	Group       string      `json:"group" enum:"internal,county,township,utility,vertical"`
	ParentID    string      `json:"parent_id,omitempty" maxLength:"64"`
	SiteID      string      `json:"site_id,omitempty" maxLength:"64"`
	Division    string      `json:"division,omitempty" maxLength:"12"`
	ContactName string      `json:"contact_name,omitempty" maxLength:"30"`
	OfficePhone string      `json:"office_phone,omitempty" maxLength:"30"`
	ActiveFrom  *clock.Date `json:"active_from,omitempty"`
	ActiveTo    *clock.Date `json:"active_to,omitempty"`
	Sort        int64       `json:"sort,omitempty"`
}

func (in *unitIn) input(key string) org.UnitInput {
	out := org.UnitInput{Key: key, Code: in.Code, Name: in.Name, ShortName: in.ShortName, Group: org.UnitGroup(in.Group), ParentID: in.ParentID, SiteID: in.SiteID, Division: in.Division,
		ContactName: in.ContactName, OfficePhone: in.OfficePhone, ActiveFrom: dayOr(in.ActiveFrom), ActiveTo: dayOr(in.ActiveTo), Sort: in.Sort}
	for _, k := range in.Kinds {
		out.Kinds = append(out.Kinds, org.UnitKind(k))
	}
	return out
}

func dayOr(d *clock.Date) clock.Date {
	if d == nil {
		return clock.NoDate
	}
	return *d
}

// mapList turns a page of records into a page of the API.
func mapList[T, O any](list []T, next string, err error, f func(T) O) (*rest.Body[rest.Page[O]], error) {
	if err != nil {
		return nil, err
	}
	out := make([]O, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return rest.List(out, next), nil
}

func (h *handlers) unitAPI(api *rest.Kit) {
	tags := []string{apiTag}
	rest.Register(api, huma.Operation{Method: "GET", Path: "/units", Summary: "单位列表", Tags: tags}, org.PermUnitRead,
		func(ctx context.Context, in *struct {
			rest.Paging
			Q        string         `query:"q" maxLength:"60" doc:"名称、简称或代码的一部分"`
			Kind     string         `query:"kind" enum:"section,stationed,handling"`
			Group    string         `query:"group" enum:"internal,county,township,utility,vertical"`
			ParentID string         `query:"parent_id" maxLength:"64"`
			SiteID   string         `query:"site_id" maxLength:"64"`
			ActiveOn rest.DateParam `query:"active_on" doc:"只要这一天启用的"`
		}) (*rest.Body[rest.Page[unitOut]], error) {
			list, next, err := h.org.Units(ctx, org.UnitQuery{Text: in.Q, Kind: org.UnitKind(in.Kind), Group: org.UnitGroup(in.Group), ParentID: in.ParentID, SiteID: in.SiteID,
				ActiveOn: in.ActiveOn.Get(), After: in.After, Limit: in.Limit})
			return mapList(list, next, err, unitOf)
		})
	rest.Register(api, huma.Operation{Method: "GET", Path: "/units/{id}", Summary: "查看单位", Tags: tags}, org.PermUnitRead,
		func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[unitOut], error) {
			u, err := h.org.Unit(ctx, in.ID.ID)
			if err != nil {
				return nil, err
			}
			return rest.WithVersion(unitOf(u), u.Version), nil
		})
	rest.Register(api, huma.Operation{Method: "POST", Path: "/units", Summary: "新建单位", Tags: tags, DefaultStatus: 201}, org.PermUnitWrite,
		func(ctx context.Context, in *struct {
			rest.IdempotencyKey
			Body unitIn
		}) (*rest.Created[unitOut], error) {
			u, err := h.org.CreateUnit(ctx, in.Body.input(in.IdempotencyKey.IdempotencyKey))
			if err != nil {
				return nil, err
			}
			return rest.Made(unitOf(u), "/units/"+u.ID, u.Version), nil
		})
	rest.Register(api, huma.Operation{Method: "PUT", Path: "/units/{id}", Summary: "修改单位", Tags: tags}, org.PermUnitWrite,
		func(ctx context.Context, in *struct {
			rest.ID
			rest.IfMatch
			Body unitIn
		}) (*rest.Versioned[unitOut], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			u, err := h.org.ChangeUnit(ctx, in.ID.ID, version, in.Body.input(""))
			if err != nil {
				return nil, err
			}
			return rest.WithVersion(unitOf(u), u.Version), nil
		})
}

// siteOut is a site as the API shows it.
type siteOut struct {
	ID       string `json:"id"`
	Code     string `json:"code,omitempty" doc:"站点代码"`
	Name     string `json:"name" doc:"站点名称"`
	Kind     string `json:"kind" enum:"hall,branch,township,special" doc:"站点类型：hall 大厅，branch 分中心，township 便民服务中心，special 专业大厅"`
	ParentID string `json:"parent_id,omitempty" doc:"上级站点"`
	Division string `json:"division,omitempty" doc:"行政区划代码"`
	Address  string `json:"address,omitempty" doc:"地址"`
	Phone    string `json:"phone,omitempty" doc:"对外电话"`
	Approval string `json:"approval,omitempty" doc:"批准设立的文号"`
	Active   bool   `json:"active" doc:"是否启用"`
	Version  int64  `json:"version"`
}

func siteOf(s org.Site) siteOut {
	return siteOut{ID: s.ID, Code: s.Code, Name: s.Name, Kind: string(s.Kind), ParentID: s.ParentID, Division: s.Division, Address: s.Address, Phone: s.Phone, Approval: s.Approval, Active: s.Active, Version: s.Version}
}

func (h *handlers) siteAPI(api *rest.Kit) {
	tags := []string{apiTag}
	rest.Register(api, huma.Operation{Method: "GET", Path: "/sites", Summary: "站点列表", Tags: tags}, org.PermSiteRead,
		func(ctx context.Context, in *struct {
			rest.Paging
			Q      string `query:"q" maxLength:"60" doc:"名称或代码的一部分"`
			Kind   string `query:"kind" enum:"hall,branch,township,special"`
			Active bool   `query:"active" doc:"只要启用的"`
		}) (*rest.Body[rest.Page[siteOut]], error) {
			list, next, err := h.org.ListSites(ctx, org.SiteQuery{Text: in.Q, Kind: org.SiteKind(in.Kind), Active: in.Active, After: in.After, Limit: in.Limit})
			return mapList(list, next, err, siteOf)
		})
	rest.Register(api, huma.Operation{Method: "GET", Path: "/sites/{id}", Summary: "查看站点", Tags: tags}, org.PermSiteRead,
		func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[siteOut], error) {
			s, err := h.org.Site(ctx, in.ID.ID)
			if err != nil {
				return nil, err
			}
			return rest.WithVersion(siteOf(s), s.Version), nil
		})
}
