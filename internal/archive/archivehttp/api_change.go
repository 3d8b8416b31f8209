package archivehttp

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/archive"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/rest"
)

// archiveFileOut is one record with its holds.
type archiveFileOut struct {
	archiveRecordOut
	ClassName string           `json:"class_name"`
	Term      string           `json:"term" doc:"保管期限"`
	AllHolds  []archiveHoldOut `json:"all_holds" doc:"历次封存"`
}

type archiveHoldOut struct {
	ID         string        `json:"id"`
	Reason     string        `json:"reason"`
	PlacedAt   clock.Instant `json:"placed_at"`
	PlacedBy   string        `json:"placed_by,omitempty" doc:"封存人"`
	LiftedAt   clock.Instant `json:"lifted_at,omitempty"`
	LiftedBy   string        `json:"lifted_by,omitempty" doc:"解除人"`
	LiftReason string        `json:"lift_reason,omitempty"`
}

type archiveClassOut struct {
	Code       string     `json:"code"`
	Name       string     `json:"name"`
	Years      int        `json:"years" doc:"保管年数；0 为永久"`
	Term       string     `json:"term"`
	Basis      string     `json:"basis"`
	Approval   string     `json:"approval,omitempty" doc:"批准文号"`
	ApprovedOn clock.Date `json:"approved_on,omitempty"`
	Confirmed  bool       `json:"confirmed"`
	Version    int64      `json:"version"`
}

type archiveClassIn struct {
	Name       string     `json:"name" maxLength:"40"`
	Years      int        `json:"years" minimum:"0" maximum:"100" doc:"保管年数；永久填 0"`
	Basis      string     `json:"basis,omitempty" maxLength:"300" doc:"依据"`
	Approval   string     `json:"approval,omitempty" maxLength:"60" doc:"批准文号"`
	ApprovedOn clock.Date `json:"approved_on,omitempty" doc:"批准日期"`
	Confirmed  bool       `json:"confirmed,omitempty" doc:"档案主管部门已批准"`
}

type archiveClassNewIn struct {
	Code       string     `json:"code" maxLength:"20" doc:"代码：小写字母和数字"`
	Name       string     `json:"name" maxLength:"40"`
	Years      int        `json:"years" minimum:"0" maximum:"100" doc:"保管年数；永久填 0"`
	Basis      string     `json:"basis,omitempty" maxLength:"300" doc:"依据"`
	Approval   string     `json:"approval,omitempty" maxLength:"60" doc:"批准文号"`
	ApprovedOn clock.Date `json:"approved_on,omitempty" doc:"批准日期"`
	Confirmed  bool       `json:"confirmed,omitempty" doc:"档案主管部门已批准"`
}

// archiveInventoryOut is a destruction list with its records.
type archiveInventoryOut struct {
	archiveListOut
	Items []archiveRecordOut `json:"items"`
}

type archiveReasonIn struct {
	Reason string `json:"reason" maxLength:"200" doc:"缘由"`
}

func holdOutOf(x archive.Hold, names map[string]string) archiveHoldOut {
	return archiveHoldOut{x.ID, x.Reason, x.PlacedAt, names[x.PlacedBy], x.LiftedAt, names[x.LiftedBy], x.LiftReason}
}

func classOutOf(c archive.Class) archiveClassOut {
	return archiveClassOut{c.Code, c.Name, c.Years, c.Term(), c.Basis, c.Approval, c.ApprovedOn, c.Confirmed, c.Version}
}

func (h handlers) fileOut(ctx context.Context, id string) (*rest.Versioned[archiveFileOut], error) {
	f, err := h.m.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	out := archiveFileOut{archiveRecordOut: outOf(f.Record), ClassName: f.ClassName, Term: f.Term, AllHolds: []archiveHoldOut{}}
	for _, x := range f.AllHolds {
		out.AllHolds = append(out.AllHolds, holdOutOf(x, f.Names))
	}
	return rest.WithVersion(out, f.Version), nil
}

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"档案"}}
}

// registerChanges adds what changes records, classes and lists, and the package.
func (h handlers) registerChanges(api *rest.Kit) {
	hold := op(http.MethodPost, "/archive/records/{id}/holds", "封存档案；返回档案和历次封存")
	rest.Register(api, hold, archive.PermHold, func(ctx context.Context, in *struct {
		rest.ID
		rest.IdempotencyKey
		Body archiveReasonIn
	}) (*rest.Versioned[archiveFileOut], error) {
		if _, err := h.m.PlaceHold(ctx, in.ID.ID, archive.HoldInput{Key: in.IdempotencyKey.IdempotencyKey, Reason: in.Body.Reason}); err != nil {
			return nil, err
		}
		return h.fileOut(ctx, in.ID.ID)
	})
	rest.Register(api, op(http.MethodPost, "/archive/records/{id}/holds/{hold}/lift", "解除封存"), archive.PermHold, func(ctx context.Context, in *struct {
		rest.ID
		Hold string `path:"hold" maxLength:"40" doc:"封存编号"`
		Body archiveReasonIn
	}) (*rest.Versioned[archiveFileOut], error) {
		if err := h.m.LiftHold(ctx, in.ID.ID, in.Hold, in.Body.Reason); err != nil {
			return nil, err
		}
		return h.fileOut(ctx, in.ID.ID)
	})
	rest.Register(api, op(http.MethodPost, "/archive/records/{id}/class", "调整保管期限"), archive.PermClass, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body struct {
			Class  string `json:"class" maxLength:"20" doc:"保管期限类别"`
			Reason string `json:"reason" maxLength:"200" doc:"理由"`
		}
	}) (*rest.Versioned[archiveFileOut], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		if err := h.m.SetClass(ctx, in.ID.ID, version, in.Body.Class, in.Body.Reason); err != nil {
			return nil, err
		}
		return h.fileOut(ctx, in.ID.ID)
	})
	h.registerPackage(api)
	h.registerClasses(api)
	h.registerLists(api)
}

// registerPackage adds the package of a record, which holds personal data: Take says who may have it, and the export is a line of the
// audit log.
func (h handlers) registerPackage(api *rest.Kit) {
	get := op(http.MethodGet, "/archive/records/{id}/package", "导出归档包（ZIP）；含个人信息，写入审计；投诉和办不成事的只给可以知道反映人的人")
	get.Responses = rest.FileResponse("归档包")
	rest.Register(api, get, archive.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*huma.StreamResponse, error) {
		r, b, err := h.m.Take(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.Download(api, r.No+"-归档包.zip", "application/zip", func(w io.Writer) error { return h.writePackage(w, r, b) }), nil
	})
}

func (h handlers) writePackage(w io.Writer, r archive.Record, b archive.Body) error {
	_, err := archive.WritePackage(w, r, b, func(e archive.Enclosure) (io.ReadCloser, error) {
		return h.blobs.Open(blob.Blob{CentreID: r.CentreID, ID: e.BlobID, SHA256: e.SHA256, Size: e.Size})
	})
	return err
}

func (h handlers) registerClasses(api *rest.Kit) {
	rest.Register(api, op(http.MethodGet, "/archive/classes", "保管期限表"), archive.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[archiveClassOut]], error) {
		list, err := h.m.Classes(ctx)
		if err != nil {
			return nil, err
		}
		out := make([]archiveClassOut, len(list))
		for i, c := range list {
			out[i] = classOutOf(c)
		}
		return rest.List(out, ""), nil
	})
	create := op(http.MethodPost, "/archive/classes", "新增保管期限类别")
	create.DefaultStatus = http.StatusCreated
	rest.Register(api, create, archive.PermClass, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body archiveClassNewIn
	}) (*rest.Created[archiveClassOut], error) {
		class := archiveClassIn{in.Body.Name, in.Body.Years, in.Body.Basis, in.Body.Approval, in.Body.ApprovedOn, in.Body.Confirmed}.class(in.Body.Code, 0)
		class.Key = in.IdempotencyKey.IdempotencyKey
		c, err := h.m.SaveClass(ctx, class)
		if err != nil {
			return nil, err
		}
		return rest.Made(classOutOf(c), "/archive/classes", c.Version), nil
	})
	rest.Register(api, op(http.MethodPut, "/archive/classes/{code}", "修改保管期限类别"), archive.PermClass, func(ctx context.Context, in *struct {
		Code string `path:"code" maxLength:"20" doc:"类别代码"`
		rest.IfMatch
		Body archiveClassIn
	}) (*rest.Versioned[archiveClassOut], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		c, err := h.m.SaveClass(ctx, in.Body.class(in.Code, version))
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(classOutOf(c), c.Version), nil
	})
}

func (b archiveClassIn) class(code string, version int64) archive.Class {
	return archive.Class{Code: code, Name: b.Name, Years: b.Years, Basis: b.Basis, Approval: b.Approval, ApprovedOn: b.ApprovedOn, Confirmed: b.Confirmed, Version: version}
}

func (h handlers) registerLists(api *rest.Kit) {
	create := op(http.MethodPost, "/archive/lists", "提出销毁清册")
	create.DefaultStatus = http.StatusCreated
	rest.Register(api, create, archive.PermPropose, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body struct {
			Records []string `json:"records,omitempty" maxItems:"500" doc:"档案编号（id）；不传为全部到期而未封存的"`
			Reason  string   `json:"reason" maxLength:"500" doc:"鉴定意见"`
		}
	}) (*rest.Created[archiveListOut], error) {
		l, err := h.m.Propose(ctx, archive.ProposeInput{Key: in.IdempotencyKey.IdempotencyKey, Records: in.Body.Records, Reason: in.Body.Reason})
		if err != nil {
			return nil, err
		}
		return rest.Made(listOutOf(l), "/archive/lists/"+l.ID, l.Version), nil
	})
	rest.Register(api, op(http.MethodGet, "/archive/lists/{id}", "一本销毁清册和其中的档案"), archive.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[archiveInventoryOut], error) {
		inv, err := h.m.Inventory(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		out := archiveInventoryOut{archiveListOut: listOutOf(inv.List), Items: make([]archiveRecordOut, len(inv.Items))}
		for i, r := range inv.Items {
			out.Items[i] = outOf(r)
		}
		return rest.WithVersion(out, inv.Version), nil
	})
}
