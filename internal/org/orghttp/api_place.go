package orghttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// siteIn is a site as the API takes it.
type siteIn struct {
	Code     string `json:"code,omitempty" maxLength:"32"`
	Name     string `json:"name" minLength:"1" maxLength:"60"`
	Kind     string `json:"kind" enum:"hall,branch,township,special"`
	ParentID string `json:"parent_id,omitempty" maxLength:"64"`
	Division string `json:"division,omitempty" maxLength:"12"`
	Address  string `json:"address,omitempty" maxLength:"100"`
	Phone    string `json:"phone,omitempty" maxLength:"30" doc:"对外电话"`
	Approval string `json:"approval,omitempty" maxLength:"100" doc:"批准设立的文号，专业大厅必填"`
	Sort     int64  `json:"sort,omitempty"`
}

func (in *siteIn) input(key string) org.SiteInput {
	return org.SiteInput{Code: in.Code, Name: in.Name, Kind: org.SiteKind(in.Kind), ParentID: in.ParentID, Division: in.Division, Address: in.Address, Phone: in.Phone, Approval: in.Approval, Sort: in.Sort, Key: key}
}

// activeIn opens or closes a record.
type activeIn struct {
	Active bool `json:"active" doc:"启用或停用"`
}

// siteAnswer answers an operation that changed a site.
func siteAnswer(s org.Site, err error) (*rest.Versioned[siteOut], error) {
	if err != nil {
		return nil, err
	}
	return rest.WithVersion(siteOf(s), s.Version), nil
}

func (h *handlers) siteWriteAPI(api *rest.Kit) {
	tags := []string{apiTag}
	rest.Register(api, huma.Operation{Method: "POST", Path: "/sites", Summary: "新建站点", Tags: tags, DefaultStatus: 201}, org.PermSiteWrite,
		func(ctx context.Context, in *struct {
			rest.IdempotencyKey
			Body siteIn
		}) (*rest.Created[siteOut], error) {
			s, err := h.org.CreateSite(ctx, in.Body.input(in.IdempotencyKey.IdempotencyKey))
			if err != nil {
				return nil, err
			}
			return rest.Made(siteOf(s), "/sites/"+s.ID, s.Version), nil
		})
	rest.Register(api, huma.Operation{Method: "PUT", Path: "/sites/{id}", Summary: "修改站点", Tags: tags}, org.PermSiteWrite,
		func(ctx context.Context, in *struct {
			Change
			Body siteIn
		}) (*rest.Versioned[siteOut], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			return siteAnswer(h.org.ChangeSite(ctx, in.ID.ID, version, in.Body.input("")))
		})
	rest.Register(api, huma.Operation{Method: "PUT", Path: "/sites/{id}/active", Summary: "启用或停用站点", Tags: tags}, org.PermSiteWrite,
		func(ctx context.Context, in *struct {
			Change
			Body activeIn
		}) (*rest.Versioned[siteOut], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			return siteAnswer(h.org.SetSiteActive(ctx, in.ID.ID, version, in.Body.Active))
		})
	rest.Register(api, huma.Operation{Method: "PUT", Path: "/units/{id}/end", Summary: "停用单位", Tags: tags}, org.PermUnitWrite,
		func(ctx context.Context, in *struct {
			Change
			Body struct {
				From *clock.Date `json:"from,omitempty" doc:"从哪一天起停用；不传为今天"`
			}
		}) (*rest.Versioned[unitOut], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			u, err := h.org.DeactivateUnit(ctx, in.ID.ID, version, dayOr(in.Body.From))
			if err != nil {
				return nil, err
			}
			return rest.WithVersion(unitOf(u), u.Version), nil
		})
}

// centreOut is a centre as the API shows it.
type centreOut struct {
	ID       string `json:"id"`
	Code     string `json:"code" doc:"中心代码"`
	Name     string `json:"name" doc:"中心名称"`
	Division string `json:"division" doc:"行政区划代码"`
	Tier     string `json:"tier" enum:"county,prefecture,province" doc:"层级：county 县级，prefecture 市州级，province 省级"`
	Version  int64  `json:"version"`
}

// centreIn is a centre as the API takes it.
type centreIn struct {
	Code     string `json:"code" minLength:"1" maxLength:"32"`
	Name     string `json:"name" minLength:"1" maxLength:"60"`
	Division string `json:"division" minLength:"2" maxLength:"12"`
	Tier     string `json:"tier" enum:"county,prefecture,province"`
}

func centreAnswer(c org.Centre, err error) (*rest.Versioned[centreOut], error) {
	if err != nil {
		return nil, err
	}
	return rest.WithVersion(centreOut{ID: c.ID, Code: c.Code, Name: c.Name, Division: c.Division, Tier: string(c.Tier), Version: c.Version}, c.Version), nil
}

func (h *handlers) centreAPI(api *rest.Kit) {
	tags := []string{apiTag}
	rest.Register(api, huma.Operation{Method: "GET", Path: "/centre", Summary: "本中心", Tags: tags}, web.SignedIn,
		func(ctx context.Context, _ *struct{}) (*rest.Versioned[centreOut], error) {
			return centreAnswer(h.org.OwnCentre(ctx))
		})
	rest.Register(api, huma.Operation{Method: "PUT", Path: "/centre", Summary: "修改本中心的名称、代码和层级", Tags: tags}, org.PermCentreWrite,
		func(ctx context.Context, in *struct {
			rest.IfMatch
			Body centreIn
		}) (*rest.Versioned[centreOut], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			return centreAnswer(h.org.ChangeCentre(ctx, version, org.CentreInput{Code: in.Body.Code, Name: in.Body.Name, Division: in.Body.Division, Tier: org.Tier(in.Body.Tier)}))
		})
}

// divisionOut is an administrative division as the API shows it.
type divisionOut struct {
	Code  string `json:"code" doc:"区划代码"`
	Name  string `json:"name" doc:"名称"`
	Level string `json:"level" enum:"province,prefecture,county,town,village" doc:"层级"`
}

// divisionsOut are the divisions directly below one.
type divisionsOut struct {
	Under string        `json:"under,omitempty" doc:"上级区划代码，空为全国"`
	Name  string        `json:"name,omitempty" doc:"上级区划的全称"`
	Items []divisionOut `json:"items" doc:"直接下级"`
}

// divisionImportOut says what an import of divisions did.
type divisionImportOut struct {
	Added     int `json:"added" doc:"新增"`
	Changed   int `json:"changed" doc:"改名"`
	Unchanged int `json:"unchanged" doc:"不变"`
}

// oneFile is a form with a file.
type oneFile struct {
	File huma.FormFile `form:"file" required:"true" doc:"文件"`
}

func (h *handlers) divisionAPI(api *rest.Kit) {
	tags := []string{apiTag}
	rest.Register(api, huma.Operation{Method: "GET", Path: "/divisions", Summary: "行政区划：一个区划的直接下级", Tags: tags}, web.SignedIn,
		func(ctx context.Context, in *struct {
			Under string `query:"under" maxLength:"12" doc:"上级区划代码；不传为各省"`
		}) (*rest.Body[divisionsOut], error) {
			name, err := h.org.DivisionName(ctx, in.Under)
			if err != nil {
				return nil, err
			}
			list, err := h.org.DivisionsUnder(ctx, in.Under)
			if err != nil {
				return nil, err
			}
			out := divisionsOut{Under: in.Under, Name: name, Items: []divisionOut{}}
			for _, d := range list {
				out.Items = append(out.Items, divisionOut{d.Code, d.Name, d.Level})
			}
			return rest.OK(out), nil
		})
	rest.Register(api, huma.Operation{Method: "GET", Path: "/divisions/{code}", Summary: "查看行政区划", Tags: tags}, web.SignedIn,
		func(ctx context.Context, in *struct {
			Code string `path:"code" maxLength:"12" doc:"区划代码"`
		}) (*rest.Body[divisionOut], error) {
			d, err := h.org.Division(ctx, in.Code)
			if err != nil {
				return nil, err
			}
			return rest.OK(divisionOut{d.Code, d.Name, d.Level}), nil
		})
	rest.Upload(api, huma.Operation{Method: "POST", Path: "/divisions/import", Summary: "导入行政区划代码表（CSV，含 code、name 两列）；整份导入或全部不导入，重复导入不产生重复", Tags: tags, MaxBodyBytes: maxUpload},
		org.PermDivisionImport, func(ctx context.Context, in *struct {
			RawBody huma.MultipartFormFiles[oneFile]
		}) (*rest.Body[divisionImportOut], error) {
			file := in.RawBody.Data().File
			defer file.Close()
			n, err := h.org.ImportDivisions(ctx, file)
			if err != nil {
				return nil, err
			}
			return rest.OK(divisionImportOut(n)), nil
		})
}
