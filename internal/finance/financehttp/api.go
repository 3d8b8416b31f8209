package financehttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
	"yichuang/internal/rest"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"部门决算"}}
}

// OfYear addresses the books of a year.
type OfYear struct {
	Year int `path:"year" minimum:"2015" maximum:"2099" doc:"年度"`
}

// RegisterAPI adds the part of the API: everything that the pages do.
func RegisterAPI(k *rest.Kit, d Deps) {
	registerReading(k, d.Finance)
	registerEntering(k, d.Finance)
	registerSettings(k, d.Finance)
	registerFigures(k, d.Finance)
	registerImports(k, d.Finance)
	registerTemplatesAPI(k, d.Finance)
	registerSteps(k, d.Finance)
	registerDocuments(k, d)
	registerExaminationAPI(k, d)
}

// doing registers an action on one year that answers with nothing.
func doing[I any](k *rest.Kit, path, summary string, p permission, act func(ctx context.Context, in *I) error) {
	rest.Register(k, op(http.MethodPost, "/finance/{year}/"+path, summary), p, func(ctx context.Context, in *I) (*rest.Nothing, error) {
		return &rest.Nothing{}, act(ctx, in)
	})
}

// view registers a reading of one year.
func view[T any](k *rest.Kit, path, summary string, read func(ctx context.Context, year int) (T, error)) {
	rest.Register(k, op(http.MethodGet, "/finance/{year}/"+path, summary), finance.PermRead, func(ctx context.Context, in *struct{ OfYear }) (*rest.Body[T], error) {
		v, err := read(ctx, in.Year)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	})
}

// list registers a list of one year.
func list[T any](k *rest.Kit, path, summary string, read func(ctx context.Context, year int) ([]T, error)) {
	rest.Register(k, op(http.MethodGet, "/finance/{year}/"+path, summary), finance.PermRead, func(ctx context.Context, in *struct{ OfYear }) (*rest.Body[rest.Page[T]], error) {
		v, err := read(ctx, in.Year)
		if err != nil {
			return nil, err
		}
		return rest.List(v, ""), nil
	})
}

func registerReading(k *rest.Kit, m *finance.Module) {
	rest.Register(k, op(http.MethodGet, "/finance/books", "账套，带决算的状态和期限"), finance.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[finance.Overview]], error) {
		v, err := m.Overviews(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(v, ""), nil
	})
	view(k, "statement", "九张决算表：每个单元格带来源", m.Statement)
	view(k, "disclosure", "决算公开的全部内容：表、说明和文字", m.Disclosure)
	view(k, "account", "决算的状态、各版和经过", m.Account)
	view(k, "balance", "账簿合计", m.Balance)
	list(k, "quotas", "预算指标执行", m.Quotas)
	list(k, "budget", "预算指标明细", m.Budgets)
	list(k, "contracts", "政府采购合同", m.Contracts)
	list(k, "carry", "结转结余", m.Carries)
	rest.Register(k, op(http.MethodGet, "/finance/{year}/entries", "分录"), finance.PermRead, func(ctx context.Context, in *struct {
		OfYear
		Voucher string `query:"voucher" maxLength:"40" doc:"凭证号"`
		After   string `query:"after" maxLength:"40" doc:"上一页的游标"`
	}) (*rest.Body[rest.Page[finance.Entry]], error) {
		v, next, err := m.Entries(ctx, in.Year, finance.EntryFilter{Voucher: in.Voucher, After: in.After})
		if err != nil {
			return nil, err
		}
		return rest.List(v, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/finance/{year}/entries/{id}", "一条分录"), finance.PermRead, func(ctx context.Context, in *struct {
		OfYear
		rest.ID
	}) (*rest.Body[finance.Entry], error) {
		e, err := m.Entry(ctx, in.Year, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(e), nil
	})
	rest.Register(k, op(http.MethodGet, "/finance/{year}/cells/{table}/{row}/{column}", "一个单元格背后的分录"), finance.PermRead, func(ctx context.Context, in *struct {
		OfYear
		Table  string `path:"table" maxLength:"10" doc:"表，如 T05"`
		Row    string `path:"row" maxLength:"60" doc:"行：行次、科目代码或 total"`
		Column string `path:"column" maxLength:"10" doc:"栏次"`
		After  string `query:"after" maxLength:"40" doc:"上一页的游标"`
	}) (*rest.Body[rest.Page[finance.Entry]], error) {
		o, err := m.Origin(ctx, in.Year, statement.Ref(in.Table+"/"+in.Row+"/"+in.Column), in.After)
		if err != nil {
			return nil, err
		}
		return rest.List(o.Entries, o.Next), nil
	})
}

// EntryBody is an entry as programs send it.
type EntryBody struct {
	Account string         `json:"account" maxLength:"10" doc:"预算会计科目，如 7101"`
	Contra  string         `json:"contra" maxLength:"10" doc:"对方科目：8001，直接支付的支出是 6001"`
	UnitID  string         `json:"unit_id" maxLength:"40"`
	Fund    fiscal.Fund    `json:"fund" enum:"general,fund,capital,other"`
	Func    string         `json:"func" maxLength:"7" doc:"功能分类，7 位"`
	Econ    string         `json:"econ,omitempty" maxLength:"5" doc:"经济分类，5 位"`
	Kind    fiscal.Kind    `json:"kind,omitempty" enum:"basic,project"`
	Project string         `json:"project,omitempty" maxLength:"30"`
	SanGong fiscal.SanGong `json:"sangong,omitempty" enum:"abroad,car_buy,car_run,reception"`
	Carried bool           `json:"carried,omitempty"`
	Fen     money.Fen      `json:"fen" doc:"金额，分"`
	Summary string         `json:"summary,omitempty" maxLength:"200"`
}

func (b EntryBody) entry() finance.Entry {
	return finance.Entry{Account: b.Account, Contra: b.Contra, UnitID: b.UnitID, Fund: b.Fund, Func: b.Func, Econ: b.Econ, Kind: b.Kind, Project: b.Project, SanGong: b.SanGong, Carried: b.Carried, Fen: b.Fen, Summary: b.Summary}
}

// VoucherBody is a voucher as programs send it.
type VoucherBody struct {
	Number  string      `json:"number" maxLength:"40"`
	Day     clock.Date  `json:"day"`
	Entries []EntryBody `json:"entries" minItems:"1" maxItems:"500"`
}

// BudgetBody is a budget line as programs send it.
type BudgetBody struct {
	Phase    finance.Phase  `json:"phase" enum:"initial,adjust,released"`
	UnitID   string         `json:"unit_id" maxLength:"40"`
	Fund     fiscal.Fund    `json:"fund" enum:"general,fund,capital,other"`
	Func     string         `json:"func" maxLength:"7"`
	Econ     string         `json:"econ,omitempty" maxLength:"5"`
	Kind     fiscal.Kind    `json:"kind" enum:"basic,project"`
	Project  string         `json:"project,omitempty" maxLength:"30"`
	SanGong  fiscal.SanGong `json:"sangong,omitempty" enum:"abroad,car_buy,car_run,reception"`
	Fen      money.Fen      `json:"fen" doc:"金额，分；核减为负"`
	Document string         `json:"document,omitempty" maxLength:"100"`
	Day      clock.Date     `json:"day"`
}

// CorrectionBody is a correction as programs send it.
type CorrectionBody struct {
	Day     clock.Date `json:"day"`
	Voucher string     `json:"voucher" maxLength:"40"`
	Reason  string     `json:"reason" maxLength:"200"`
	Instead *EntryBody `json:"instead,omitempty" doc:"正确的分录；不传只冲销"`
}

// warned is what an entry came to: warnings about quotas that are used up.
type warned struct {
	Warnings []string `json:"warnings"`
}

func registerEntering(k *rest.Kit, m *finance.Module) {
	rest.Register(k, op(http.MethodPost, "/finance/{year}/vouchers", "登记凭证；支出超过预算指标的拒绝"), finance.PermWrite, func(ctx context.Context, in *struct {
		OfYear
		rest.IdempotencyKey
		Body VoucherBody
	}) (*rest.Body[warned], error) {
		v := finance.Voucher{Key: in.IdempotencyKey.IdempotencyKey, Number: in.Body.Number, Day: in.Body.Day}
		for _, e := range in.Body.Entries {
			v.Entries = append(v.Entries, e.entry())
		}
		w, err := m.AddVoucher(ctx, in.Year, v)
		if err != nil {
			return nil, err
		}
		return rest.OK(warned{w}), nil
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/budget", "登记预算指标"), finance.PermBudget, func(ctx context.Context, in *struct {
		OfYear
		Body struct {
			Lines []BudgetBody `json:"lines" minItems:"1" maxItems:"500"`
		}
	}) (*rest.Nothing, error) {
		lines := make([]finance.Budget, len(in.Body.Lines))
		for i, b := range in.Body.Lines {
			lines[i] = finance.Budget{Phase: b.Phase, UnitID: b.UnitID, Fund: b.Fund, Func: b.Func, Econ: b.Econ, Kind: b.Kind, Project: b.Project, SanGong: b.SanGong, Fen: b.Fen, Document: b.Document, Day: b.Day}
		}
		return &rest.Nothing{}, m.AddBudget(ctx, in.Year, lines)
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/entries/{id}/correct", "冲销一条分录，可以另记正确的一条"), finance.PermWrite, func(ctx context.Context, in *struct {
		OfYear
		rest.ID
		Body CorrectionBody
	}) (*rest.Nothing, error) {
		c := finance.Correction{Day: in.Body.Day, Voucher: in.Body.Voucher, Reason: in.Body.Reason}
		if in.Body.Instead != nil {
			e := in.Body.Instead.entry()
			c.Instead = &e
		}
		return &rest.Nothing{}, m.CorrectEntry(ctx, in.Year, in.ID.ID, c)
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/prior", "上年数和年初结转从上一年的账套取来"), finance.PermBudget, func(ctx context.Context, in *struct{ OfYear }) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.TakePrior(ctx, in.Year)
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/reasons/{key}", "写明差异原因"), finance.PermDraft, func(ctx context.Context, in *struct {
		OfYear
		Key  string `path:"key" maxLength:"60" doc:"差异"`
		Body struct {
			Reason string `json:"reason" maxLength:"300"`
		}
	}) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.SetReason(ctx, in.Year, in.Key, in.Body.Reason)
	})
}
