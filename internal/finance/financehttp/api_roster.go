package financehttp

import (
	"context"
	"net/http"

	"yichuang/internal/clock"
	"yichuang/internal/finance"
	"yichuang/internal/money"
	"yichuang/internal/rest"
)

// RosterBody is a payment roster as programs send it.
type RosterBody struct {
	Project  string     `json:"project" minLength:"1" maxLength:"40" doc:"项目代码"`
	Document string     `json:"document" minLength:"1" maxLength:"100" doc:"文号或名册名称"`
	Day      clock.Date `json:"day" doc:"发放日期"`
	Lines    []struct {
		Name string    `json:"name" minLength:"1" maxLength:"50" doc:"姓名"`
		IDNo string    `json:"id_no,omitempty" maxLength:"40" doc:"证件号码；没有时按姓名区分"`
		Fen  money.Fen `json:"fen" minimum:"1" doc:"金额，分"`
	} `json:"lines" minItems:"1" maxItems:"5000"`
}

// RosterSheet is a roster with its lines.
type RosterSheet struct {
	finance.Roster
	Lines []finance.RosterLine `json:"lines"`
}

func registerRosterAPI(k *rest.Kit, m *finance.Module) {
	list(k, "rosters", "发放名册", m.Rosters)
	rest.Register(k, op(http.MethodPost, "/finance/{year}/rosters", "登记发放名册"), finance.PermBudget, func(ctx context.Context, in *struct {
		OfYear
		Body RosterBody
	}) (*rest.Body[finance.Roster], error) {
		var lines []finance.Payee
		for _, l := range in.Body.Lines {
			lines = append(lines, finance.Payee{Name: l.Name, IDNo: l.IDNo, Fen: l.Fen})
		}
		r, err := m.AddRoster(ctx, finance.Roster{Year: in.Year, Project: in.Body.Project, Document: in.Body.Document, Day: in.Body.Day}, lines)
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	})
	rest.Register(k, op(http.MethodGet, "/finance/{year}/rosters/{id}", "一份发放名册，姓名遮蔽"), finance.PermRead, func(ctx context.Context, in *struct {
		OfYear
		rest.ID
	}) (*rest.Body[RosterSheet], error) {
		r, lines, err := m.Roster(ctx, in.Year, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(RosterSheet{r, lines}), nil
	})
	doing(k, "rosters/{id}/back", "撤销发放名册", finance.PermBudget, func(ctx context.Context, in *struct {
		OfYear
		rest.ID
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"100"`
		}
	}) error {
		return m.TakeBackRoster(ctx, in.Year, in.ID.ID, in.Body.Reason)
	})
}
