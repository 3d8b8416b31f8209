package workforcehttp

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/rest"
	"yichuang/internal/workforce"
)

func registerScores(k *rest.Kit, m *workforce.Module) {
	many(k, op(http.MethodGet, "/workforce/scores", "加分扣分"), workforce.PermScoreRead, func(ctx context.Context, in *struct {
		rest.Paging
		monthQuery
		State  string `query:"state" maxLength:"20" doc:"proposed、confirmed、declined 或 void"`
		User   string `query:"user" maxLength:"40" doc:"人员"`
		Unit   string `query:"unit" maxLength:"40" doc:"单位"`
		Appeal bool   `query:"appeal" doc:"只列申诉中的"`
	}) ([]workforce.ScoreLine, string, error) {
		month, err := parseMonth(in.Month)
		if err != nil {
			return nil, "", err
		}
		return m.Scores(ctx, workforce.ScoreFilter{Month: month, State: workforce.ScoreState(in.State), UserID: in.User, UnitID: in.Unit, Appeal: in.Appeal, After: in.After, Limit: in.Limit})
	})
	many(k, op(http.MethodGet, "/workforce/filed-scores", "我提出的加分扣分"), workforce.PermScoreFile, func(ctx context.Context, in *struct{ rest.Paging }) ([]workforce.ScoreLine, string, error) {
		return m.Scores(ctx, workforce.ScoreFilter{Mine: true, After: in.After, Limit: in.Limit})
	})
	createOnce(k, "/workforce/scores", "提出加分扣分", workforce.PermScoreFile, func(ctx context.Context, in workforce.ScoreInput, key string) (workforce.ScoreEvent, error) {
		in.Key = key
		return m.FileScore(ctx, in)
	})
	changed(k, op(http.MethodPost, "/workforce/scores/{id}/decide", "复核加分扣分"), workforce.PermScoreDecide, func(ctx context.Context, id string, v int64, in answerBody) (workforce.ScoreEvent, error) {
		return m.DecideScore(ctx, id, v, in.Agree, in.Text)
	})
	changed(k, op(http.MethodPost, "/workforce/scores/{id}/appeal", "对扣分申诉"), workforce.PermScoreAppeal, func(ctx context.Context, id string, v int64, in struct {
		Text string `json:"text" maxLength:"1000" doc:"申诉理由"`
	}) (workforce.ScoreEvent, error) {
		return m.Appeal(ctx, id, v, in.Text)
	})
	changed(k, op(http.MethodPost, "/workforce/scores/{id}/answer", "答复申诉"), workforce.PermScoreDecide, func(ctx context.Context, id string, v int64, in struct {
		Uphold bool   `json:"uphold" doc:"申诉成立"`
		Answer string `json:"answer" maxLength:"1000" doc:"答复"`
	}) (workforce.ScoreEvent, error) {
		return m.AnswerAppeal(ctx, id, v, in.Uphold, in.Answer)
	})
	one(k, op(http.MethodPost, "/workforce/scores/{id}/put-right", "更正已锁定月份的扣分，计入下一个月"), workforce.PermScoreDecide, func(ctx context.Context, in *struct {
		rest.ID
		Body struct {
			Reason string `json:"reason" maxLength:"500" doc:"更正理由"`
		}
	}) (workforce.ScoreEvent, error) {
		return m.PutRight(ctx, in.ID.ID, in.Body.Reason)
	})
}

// monthPath is the month of a path.
type monthPath struct {
	Month string `path:"month" maxLength:"7" doc:"月份，如 2026-05"`
}

// step registers a step of a month's sheet.
func step(k *rest.Kit, path, summary string, perm actor.Permission, do func(ctx context.Context, month clock.Date, version int64) (workforce.Sheet, error)) {
	rest.Register(k, op(http.MethodPost, "/workforce/sheets/{month}/"+path, summary), perm, func(ctx context.Context, in *struct {
		monthPath
		rest.IfMatch
	}) (*rest.Versioned[workforce.Sheet], error) {
		month, err := parseMonth(in.Month)
		if err != nil {
			return nil, err
		}
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		s, err := do(ctx, month, version)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version), nil
	})
}

func registerSheets(k *rest.Kit, m *workforce.Module) {
	many(k, op(http.MethodGet, "/workforce/sheets", "各月的人员考核表"), workforce.PermSheetRead, func(ctx context.Context, _ *none) ([]workforce.Sheet, string, error) {
		list, err := m.Sheets(ctx)
		return list, "", err
	})
	rest.Register(k, op(http.MethodGet, "/workforce/sheets/{month}", "一个月的考核表"), workforce.PermSheetRead, func(ctx context.Context, in *monthPath) (*rest.Versioned[workforce.SheetView], error) {
		month, err := parseMonth(in.Month)
		if err != nil {
			return nil, err
		}
		v, err := m.SheetOf(ctx, month)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(v, v.Version), nil
	})
	one(k, op(http.MethodGet, "/workforce/sheets/{month}/people/{id}", "一个人的考核单"), workforce.PermSheetRead, func(ctx context.Context, in *struct {
		monthPath
		rest.ID
	}) (workforce.PersonSheet, error) {
		month, err := parseMonth(in.Month)
		if err != nil {
			return workforce.PersonSheet{}, err
		}
		return m.PersonSheetOf(ctx, month, in.ID.ID)
	})
	one(k, op(http.MethodPost, "/workforce/sheets/{month}/gather", "重新归集"), workforce.PermSheetRun, func(ctx context.Context, in *monthPath) (workforce.Gathered, error) {
		month, err := parseMonth(in.Month)
		if err != nil {
			return workforce.Gathered{}, err
		}
		return m.Gather(ctx, month)
	})
	step(k, "start-rating", "开始首席代表初评", workforce.PermSheetRun, func(ctx context.Context, month clock.Date, _ int64) (workforce.Sheet, error) {
		return m.StartRating(ctx, month)
	})
	bare(k, op(http.MethodPost, "/workforce/sheets/{month}/rate", "首席代表初评"), workforce.PermSheetRate, func(ctx context.Context, in *struct {
		monthPath
		Body struct {
			UnitID string `json:"unit_id" maxLength:"40" doc:"单位"`
			Text   string `json:"text" maxLength:"1000" doc:"初评意见"`
		}
	}) error {
		month, err := parseMonth(in.Month)
		if err != nil {
			return err
		}
		return m.Rate(ctx, month, in.Body.UnitID, in.Body.Text)
	})
	step(k, "start-check", "开始监察股复核", workforce.PermSheetRun, m.StartCheck)
	step(k, "show", "公示", workforce.PermSheetRun, m.Show)
	step(k, "lock", "锁定", workforce.PermSheetLock, m.Lock)
	registerFiles(k, m)
}

// registerFiles adds the spreadsheets.
func registerFiles(k *rest.Kit, m *workforce.Module) {
	month := op(http.MethodGet, "/workforce/months.xlsx", "月考勤的表格文件")
	month.Responses = rest.FileResponse("表格文件")
	rest.Register(k, month, workforce.PermAttendance, func(ctx context.Context, in *struct {
		monthQuery
		Unit string `query:"unit" maxLength:"40" doc:"单位"`
	}) (*huma.StreamResponse, error) {
		day, err := parseMonth(in.Month)
		if err != nil {
			return nil, err
		}
		v, err := m.Month(ctx, day, workforce.StaffFilter{UnitID: in.Unit})
		if err != nil {
			return nil, err
		}
		return rest.Download(k, "月考勤 "+monthText(day)+".xlsx", xlsx.ContentType, func(w io.Writer) error { return writeMonth(w, v, m.Now()) }), nil
	})
	sheet := op(http.MethodGet, "/workforce/sheets/{month}/file.xlsx", "考核表的表格文件")
	sheet.Responses = rest.FileResponse("表格文件")
	rest.Register(k, sheet, workforce.PermSheetRead, func(ctx context.Context, in *monthPath) (*huma.StreamResponse, error) {
		day, err := parseMonth(in.Month)
		if err != nil {
			return nil, err
		}
		v, err := m.SheetOf(ctx, day)
		if err != nil {
			return nil, err
		}
		return rest.Download(k, "人员考核表 "+monthText(day)+".xlsx", xlsx.ContentType, func(w io.Writer) error { return writeSheet(w, v, m.Now()) }), nil
	})
}

func registerRules(k *rest.Kit, m *workforce.Module) {
	many(k, op(http.MethodGet, "/workforce/rules", "考核规则的各个版本"), workforce.PermSheetRead, func(ctx context.Context, _ *none) ([]workforce.RuleSet, string, error) {
		list, err := m.RuleSets(ctx)
		return list, "", err
	})
	one(k, op(http.MethodGet, "/workforce/rules/in-force", "一个月生效的考核规则"), workforce.PermScoreFile, func(ctx context.Context, in *struct{ monthQuery }) (workforce.RuleSet, error) {
		month, err := parseMonth(in.Month)
		if err != nil {
			return workforce.RuleSet{}, err
		}
		return m.Rules(ctx, month)
	})
	createOnce(k, "/workforce/rules", "拟订考核规则", workforce.PermRules, func(ctx context.Context, in workforce.RulesInput, key string) (workforce.RuleSet, error) {
		in.Key = key
		return m.DraftRules(ctx, in)
	})
	changed(k, op(http.MethodPost, "/workforce/rules/{id}/confirm", "启用考核规则"), workforce.PermRulesConfirm, func(ctx context.Context, id string, v int64, in struct {
		Month string `json:"month" maxLength:"7" doc:"从哪个月起，如 2026-12"`
	}) (workforce.RuleSet, error) {
		month, err := parseMonth(in.Month)
		if err != nil {
			return workforce.RuleSet{}, err
		}
		return m.ConfirmRules(ctx, id, v, month)
	})
}
