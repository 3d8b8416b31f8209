package financehttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/finance"
	"yichuang/internal/finance/statement"
	"yichuang/internal/rest"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"部门决算"}}
}

// ofYear addresses the books of a year.
type ofYear struct {
	Year int `path:"year" minimum:"2015" maximum:"2099" doc:"年度"`
}

// RegisterAPI adds the part of the API: the books and tables of a year to read, vouchers and budget lines to enter, and the
// steps of the life of final accounts.
func RegisterAPI(k *rest.Kit, m *finance.Module) {
	registerReading(k, m)
	registerEntering(k, m)
	registerSteps(k, m)
}

// view registers a reading of one year.
func view[T any](k *rest.Kit, path, summary string, read func(ctx context.Context, year int) (T, error)) {
	rest.Register(k, op(http.MethodGet, "/finance/{year}/"+path, summary), finance.PermRead, func(ctx context.Context, in *struct{ ofYear }) (*rest.Body[T], error) {
		v, err := read(ctx, in.Year)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	})
}

// list registers a list of one year.
func list[T any](k *rest.Kit, path, summary string, read func(ctx context.Context, year int) ([]T, error)) {
	rest.Register(k, op(http.MethodGet, "/finance/{year}/"+path, summary), finance.PermRead, func(ctx context.Context, in *struct{ ofYear }) (*rest.Body[rest.Page[T]], error) {
		v, err := read(ctx, in.Year)
		if err != nil {
			return nil, err
		}
		return rest.List(v, ""), nil
	})
}

func registerReading(k *rest.Kit, m *finance.Module) {
	rest.Register(k, op(http.MethodGet, "/finance/books", "账套"), finance.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[finance.Book]], error) {
		v, err := m.Books(ctx)
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
		ofYear
		Voucher string `query:"voucher" maxLength:"40" doc:"凭证号"`
		After   string `query:"after" maxLength:"40" doc:"上一页的游标"`
	}) (*rest.Body[rest.Page[finance.Entry]], error) {
		v, next, err := m.Entries(ctx, in.Year, finance.EntryFilter{Voucher: in.Voucher, After: in.After})
		if err != nil {
			return nil, err
		}
		return rest.List(v, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/finance/{year}/cells/{table}/{row}/{column}", "一个单元格背后的分录"), finance.PermRead, func(ctx context.Context, in *struct {
		ofYear
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

// warned is what an entry came to: warnings about quotas that are used up.
type warned struct {
	Warnings []string `json:"warnings"`
}

func registerEntering(k *rest.Kit, m *finance.Module) {
	rest.Register(k, op(http.MethodPost, "/finance/{year}/vouchers", "登记凭证；支出超过预算指标的拒绝"), finance.PermWrite, func(ctx context.Context, in *struct {
		ofYear
		rest.IdempotencyKey
		Body finance.Voucher
	}) (*rest.Body[warned], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		w, err := m.AddVoucher(ctx, in.Year, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.OK(warned{w}), nil
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/budget", "登记预算指标"), finance.PermBudget, func(ctx context.Context, in *struct {
		ofYear
		Body struct {
			Lines []finance.Budget `json:"lines" maxItems:"500"`
		}
	}) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.AddBudget(ctx, in.Year, in.Body.Lines)
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/entries/{id}/correct", "冲销一条分录，可以另记正确的一条"), finance.PermWrite, func(ctx context.Context, in *struct {
		ofYear
		rest.ID
		Body finance.Correction
	}) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.CorrectEntry(ctx, in.Year, in.ID.ID, in.Body)
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/prior", "上年数和年初结转从上一年的账套取来"), finance.PermBudget, func(ctx context.Context, in *struct{ ofYear }) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.TakePrior(ctx, in.Year)
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/reasons/{key}", "写明差异原因"), finance.PermDraft, func(ctx context.Context, in *struct {
		ofYear
		Key  string `path:"key" maxLength:"60" doc:"差异"`
		Body struct {
			Reason string `json:"reason" maxLength:"300"`
		}
	}) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.SetReason(ctx, in.Year, in.Key, in.Body.Reason)
	})
}

// remarked is the body of a step with a remark.
type remarked struct {
	ofYear
	rest.IfMatch
	Body struct {
		Remark string `json:"remark,omitempty" maxLength:"1000"`
		Pass   bool   `json:"pass,omitempty" doc:"保密审查的结论"`
	}
}

func registerSteps(k *rest.Kit, m *finance.Module) {
	add := func(path, summary string, p permission, act func(ctx context.Context, in *remarked, version int64) (finance.Account, error)) {
		rest.Register(k, op(http.MethodPost, "/finance/{year}/account/"+path, summary), p, func(ctx context.Context, in *remarked) (*rest.Versioned[finance.Account], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			a, err := act(ctx, in, version)
			if err != nil {
				return nil, err
			}
			return rest.WithVersion(a, a.Version), nil
		})
	}
	add("submit", "送审", finance.PermDraft, func(ctx context.Context, in *remarked, v int64) (finance.Account, error) {
		return m.Submit(ctx, in.Year, v)
	})
	add("return", "退回修改", finance.PermReview, func(ctx context.Context, in *remarked, v int64) (finance.Account, error) {
		return m.Return(ctx, in.Year, v, in.Body.Remark)
	})
	add("review", "审核签章", finance.PermReview, func(ctx context.Context, in *remarked, v int64) (finance.Account, error) {
		return m.Sign(ctx, in.Year, v, in.Body.Remark)
	})
	add("clear", "保密审查", finance.PermSecrecy, func(ctx context.Context, in *remarked, v int64) (finance.Account, error) {
		return m.Clear(ctx, in.Year, v, in.Body.Pass, in.Body.Remark)
	})
	add("publish", "公开", finance.PermPublish, func(ctx context.Context, in *remarked, v int64) (finance.Account, error) {
		return m.Publish(ctx, in.Year, v)
	})
	add("correct", "更正", finance.PermDraft, func(ctx context.Context, in *remarked, v int64) (finance.Account, error) {
		return m.Correct(ctx, in.Year, v, in.Body.Remark)
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/account/approve", "登记批复"), finance.PermApprove, func(ctx context.Context, in *struct {
		ofYear
		rest.IfMatch
		Body finance.Approval
	}) (*rest.Versioned[finance.Account], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		a, err := m.Approve(ctx, in.Year, version, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(a, a.Version), nil
	})
}
