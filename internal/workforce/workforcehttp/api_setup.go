package workforcehttp

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/rest"
	"yichuang/internal/workforce"
)

func registerSetup(k *rest.Kit, m *workforce.Module) {
	many(k, op(http.MethodGet, "/workforce/shifts", "班次"), workforce.PermStaffRead, func(ctx context.Context, _ *none) ([]workforce.Shift, string, error) {
		list, err := m.Shifts(ctx)
		return list, "", err
	})
	create(k, "/workforce/shifts", "新建班次", workforce.PermSetup, func(ctx context.Context, in workforce.ShiftInput) (workforce.Shift, error) {
		return m.SaveShift(ctx, "", 0, in)
	})
	changed(k, op(http.MethodPut, "/workforce/shifts/{id}", "改名、停用或启用班次"), workforce.PermSetup, m.SaveShift)
	many(k, op(http.MethodGet, "/workforce/gates", "打卡点"), workforce.PermSetup, func(ctx context.Context, _ *none) ([]workforce.Gate, string, error) {
		list, err := m.Gates(ctx)
		return list, "", err
	})
	createOnce(k, "/workforce/gates", "新建打卡点", workforce.PermSetup, func(ctx context.Context, in workforce.GateInput, key string) (workforce.Gate, error) {
		in.Key = key
		return m.SaveGate(ctx, "", 0, in)
	})
	changed(k, op(http.MethodPut, "/workforce/gates/{id}", "修改打卡点"), workforce.PermSetup, m.SaveGate)
	many(k, op(http.MethodGet, "/workforce/roster", "一个月的排班变动"), workforce.PermAttendance, func(ctx context.Context, in *struct{ monthQuery }) ([]workforce.RosterLine, string, error) {
		month, err := parseMonth(in.Month)
		if err != nil {
			return nil, "", err
		}
		list, err := m.RosterOf(ctx, month)
		return list, "", err
	})
	bare(k, op(http.MethodPut, "/workforce/roster", "排班：值班、调班或调休"), workforce.PermSetup, func(ctx context.Context, in *made[workforce.RosterInput]) error { return m.Schedule(ctx, in.Body) })
	bare(k, op(http.MethodDelete, "/workforce/roster", "取消一条排班"), workforce.PermSetup, func(ctx context.Context, in *struct {
		User  string         `query:"user" required:"true" maxLength:"40" doc:"账号"`
		Day   rest.DateParam `query:"day" required:"true" doc:"日期"`
		Shift string         `query:"shift" maxLength:"40" doc:"班次；调休不填"`
	}) error {
		return m.Unschedule(ctx, in.User, in.Day.Get(), in.Shift)
	})
}

// outageForm is the multipart form of an outage; the signatures have one time.
type outageForm struct {
	SiteID string        `form:"site_id" required:"true" doc:"站点"`
	From   string        `form:"from" required:"true" doc:"停机开始，如 2026-05-14 09:00"`
	To     string        `form:"to" required:"true" doc:"停机结束"`
	Reason string        `form:"reason" required:"true" doc:"原因"`
	At     string        `form:"at" required:"true" doc:"签到时间"`
	Users  []string      `form:"users" required:"true" doc:"签了名的账号"`
	Sheet  huma.FormFile `form:"sheet" required:"true" doc:"签到表的扫描件或照片"`
}

func registerOutages(k *rest.Kit, d Deps) {
	m := d.Workforce
	many(k, op(http.MethodGet, "/workforce/outages", "停机时段和纸质签到"), workforce.PermCorrect, func(ctx context.Context, _ *none) ([]workforce.Outage, string, error) {
		list, err := m.Outages(ctx)
		return list, "", err
	})
	enter := op(http.MethodPost, "/workforce/outages", "录入停机时段和签到表")
	enter.MaxBodyBytes, enter.BodyReadTimeout = uploadBody, 5*time.Minute
	rest.Upload(k, enter, workforce.PermCorrect, func(ctx context.Context, in *struct {
		RawBody huma.MultipartFormFiles[outageForm]
	}) (*rest.Body[workforce.Outage], error) {
		o, err := d.enterOutage(ctx, in.RawBody.Data())
		if err != nil {
			return nil, err
		}
		return rest.OK(o), nil
	})
	get := op(http.MethodGet, "/workforce/outages/{id}/sheet", "下载签到表（记入日志）")
	get.Responses = rest.FileResponse("签到表")
	rest.Register(k, get, workforce.PermCorrect, func(ctx context.Context, in *struct{ rest.ID }) (*huma.StreamResponse, error) {
		b, err := m.OpenSheet(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.File(k, func(w http.ResponseWriter, r *http.Request) error { return d.Blobs.Serve(w, r, b) }), nil
	})
}

func (d Deps) enterOutage(ctx context.Context, f *outageForm) (workforce.Outage, error) {
	defer f.Sheet.Close() //nolint:errcheck // only read
	in := workforce.OutageInput{SiteID: f.SiteID, Reason: f.Reason}
	var at clock.Instant
	for _, t := range []struct {
		name, text string
		into       *clock.Instant
	}{{"from", f.From, &in.From}, {"to", f.To, &in.To}, {"at", f.At, &at}} {
		i, err := clock.ParseInstant(t.text)
		if err != nil {
			return workforce.Outage{}, workforce.ErrInput.Field(t.name, "“%s”不是时间，请写成 2026-05-14 18:00。", t.text)
		}
		*t.into = i
	}
	for _, u := range f.Users {
		in.Signatures = append(in.Signatures, workforce.Signature{UserID: u, At: at})
	}
	up, err := d.Blobs.Save(actor.From(ctx).CentreID, f.Sheet, f.Sheet.Filename)
	if e := errs.As(err); err != nil && e.Kind == errs.Invalid {
		return workforce.Outage{}, workforce.ErrInput.Field("sheet", "“%s”：%s", f.Sheet.Filename, e.Public)
	} else if err != nil {
		return workforce.Outage{}, err
	}
	in.Sheet = up
	return d.Workforce.EnterOutage(ctx, in)
}

func registerStaff(k *rest.Kit, m *workforce.Module) {
	many(k, op(http.MethodGet, "/workforce/people", "派驻人员"), workforce.PermStaffRead, func(ctx context.Context, in *struct {
		Unit string `query:"unit" maxLength:"40" doc:"派出单位"`
		Site string `query:"site" maxLength:"40" doc:"站点"`
	}) ([]workforce.Member, string, error) {
		list, err := m.Staff(ctx, workforce.StaffFilter{UnitID: in.Unit, SiteID: in.Site})
		return list, "", err
	})
	one(k, op(http.MethodGet, "/workforce/people/{id}", "人员档案（身份证号脱敏）"), workforce.PermStaffRead, func(ctx context.Context, in *struct{ rest.ID }) (workforce.Archive, error) {
		return m.ArchiveOf(ctx, in.ID.ID)
	})
	bare(k, op(http.MethodPut, "/workforce/people/{id}", "修改人员档案"), workforce.PermStaffChange, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body workforce.PersonInput
	}) error {
		version, err := in.Version()
		if err != nil {
			return err
		}
		return m.SavePerson(ctx, in.ID.ID, version, in.Body)
	})
	one(k, op(http.MethodPost, "/workforce/people/{id}/id-no", "查看身份证号（记入日志）"), workforce.PermStaffReveal, func(ctx context.Context, in *struct{ rest.ID }) (string, error) { return m.RevealIDNo(ctx, in.ID.ID) })
	many(k, op(http.MethodGet, "/workforce/posts", "岗位"), workforce.PermStaffRead, func(ctx context.Context, _ *none) ([]workforce.Post, string, error) {
		list, err := m.Posts(ctx)
		return list, "", err
	})
	create(k, "/workforce/posts", "新建岗位", workforce.PermStaffChange, func(ctx context.Context, in workforce.PostInput) (workforce.Post, error) {
		return m.SavePost(ctx, "", 0, in)
	})
	changed(k, op(http.MethodPut, "/workforce/posts/{id}", "修改岗位"), workforce.PermStaffChange, m.SavePost)
}

// listForm is the multipart form of a list of postings.
type listForm struct {
	File huma.FormFile `form:"file" required:"true" doc:"名单：xlsx 或 CSV"`
}

func registerPosting(k *rest.Kit, d Deps) {
	m := d.Workforce
	create(k, "/workforce/postings", "登记派驻", workforce.PermStaffChange, m.Assign)
	changed(k, op(http.MethodPost, "/workforce/postings/{id}/recall", "办理调回"), workforce.PermStaffChange, m.Recall)
	upload := op(http.MethodPost, "/workforce/postings/import", "按名单登记派驻；返回人数")
	upload.MaxBodyBytes, upload.BodyReadTimeout = uploadBody, 5*time.Minute
	rest.Upload(k, upload, workforce.PermStaffChange, func(ctx context.Context, in *struct {
		RawBody huma.MultipartFormFiles[listForm]
	}) (*rest.Body[int], error) {
		f := in.RawBody.Data().File
		defer f.Close() //nolint:errcheck // only read
		b, err := io.ReadAll(f)
		if err != nil {
			return nil, err
		}
		lines, err := workforce.ReadPostings(f.Filename, bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return nil, err
		}
		n, err := m.ImportPostings(ctx, lines)
		if err != nil {
			return nil, err
		}
		return rest.OK(n), nil
	})
	rest.Public(k, op(http.MethodGet, "/public/workforce/gates/{centre}/{code}", "打卡屏上现在的打卡码；凭打卡屏的地址"), func(ctx context.Context, in *struct {
		Centre string `path:"centre" maxLength:"40" doc:"中心代码"`
		Code   string `path:"code" maxLength:"40" doc:"打卡屏地址里的代码"`
	}) (*rest.Body[workforce.Screen], error) {
		ctx, err := d.visitor(ctx, in.Centre)
		if err != nil {
			return nil, err
		}
		s, err := m.GateScreen(ctx, in.Code)
		if err != nil {
			return nil, err
		}
		return rest.OK(s), nil
	})
}
