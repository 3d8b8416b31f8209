package financehttp

import (
	"context"
	"net/http"

	"yichuang/internal/clock"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/money"
	"yichuang/internal/rest"
)

// CarryBody is a carry-over as programs send it.
type CarryBody struct {
	Nature fiscal.Nature `json:"nature" enum:"opening,closing,used,allocated" doc:"年初、年末、使用结余、结余分配"`
	UnitID string        `json:"unit_id" maxLength:"40"`
	Fund   fiscal.Fund   `json:"fund" enum:"general,fund,capital,other"`
	Func   string        `json:"func,omitempty" maxLength:"7"`
	Fen    money.Fen     `json:"fen" doc:"金额，分"`
}

// ContractBody is a procurement contract as programs send it.
type ContractBody struct {
	Number   string           `json:"number" maxLength:"60"`
	Name     string           `json:"name" maxLength:"100"`
	Category finance.Category `json:"category" enum:"goods,works,services" doc:"货物、工程、服务"`
	Supplier string           `json:"supplier,omitempty" maxLength:"100"`
	Size     finance.Size     `json:"size" enum:"large,medium,small" doc:"供应商规模：大型或其他、中型、小微"`
	Fen      money.Fen        `json:"fen" minimum:"1" doc:"合同金额，分"`
	Day      clock.Date       `json:"day" doc:"签订日期"`
}

// AssetBody is an asset as programs send it.
type AssetBody struct {
	Kind       finance.AssetKind `json:"kind" maxLength:"20" doc:"八种车辆之一，或 equipment（单价 100 万元以上设备）"`
	Number     string            `json:"number,omitempty" maxLength:"40" doc:"车牌号或资产编号"`
	Name       string            `json:"name" maxLength:"100"`
	Fen        money.Fen         `json:"fen" minimum:"0" doc:"原值，分"`
	AcquiredOn clock.Date        `json:"acquired_on"`
}

// registerFigures adds what is entered by hand beside the ledger: carry-overs, last year's figures, counts, contracts, assets
// and the texts that people write.
func registerFigures(k *rest.Kit, m *finance.Module) {
	doing(k, "carry", "登记结转结余；同一处再登记即修改", finance.PermBudget, func(ctx context.Context, in *struct {
		OfYear
		Body CarryBody
	}) error {
		b := in.Body
		return m.SetCarry(ctx, in.Year, finance.Carry{Nature: b.Nature, UnitID: b.UnitID, Fund: b.Fund, Func: b.Func, Fen: b.Fen})
	})
	view(k, "prior", "上年数，分，按名称；没有登记的不列", m.Prior)
	doing(k, "prior/figures", "登记上年数", finance.PermBudget, func(ctx context.Context, in *struct {
		OfYear
		Body map[narrative.Metric]money.Fen
	}) error {
		return m.SetPrior(ctx, in.Year, in.Body)
	})
	view(k, "counts", "实物量：团组、批次、人次、车辆；没有登记的不列", m.Counts)
	doing(k, "counts", "登记实物量", finance.PermBudget, func(ctx context.Context, in *struct {
		OfYear
		Body map[narrative.Count]int64
	}) error {
		return m.SetCounts(ctx, in.Year, in.Body)
	})
	doing(k, "texts/{name}", "填写部门职责或机构设置", finance.PermDraft, func(ctx context.Context, in *struct {
		OfYear
		Name string `path:"name" enum:"duties,structure" doc:"部门职责或机构设置"`
		Body struct {
			Text string `json:"text" maxLength:"5000"`
		}
	}) error {
		return m.SetText(ctx, in.Year, in.Name, in.Body.Text)
	})
	registerContracts(k, m)
	registerRosterAPI(k, m)
	registerAssets(k, m)
}

func registerContracts(k *rest.Kit, m *finance.Module) {
	doing(k, "contracts", "登记政府采购合同", finance.PermBudget, func(ctx context.Context, in *struct {
		OfYear
		Body ContractBody
	}) error {
		b := in.Body
		return m.AddContract(ctx, in.Year, finance.Contract{Number: b.Number, Name: b.Name, Category: b.Category, Supplier: b.Supplier, Size: b.Size, Fen: b.Fen, Day: b.Day})
	})
	doing(k, "contracts/{id}/reverse", "冲销记错的合同", finance.PermBudget, func(ctx context.Context, in *struct {
		OfYear
		rest.ID
	}) error {
		return m.ReverseContract(ctx, in.Year, in.ID.ID)
	})
	doing(k, "budget/{id}/reverse", "冲销记错的预算指标", finance.PermBudget, func(ctx context.Context, in *struct {
		OfYear
		rest.ID
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"90"`
		}
	}) error {
		return m.ReverseBudget(ctx, in.Year, in.ID.ID, in.Body.Reason)
	})
}

func registerAssets(k *rest.Kit, m *finance.Module) {
	rest.Register(k, op(http.MethodGet, "/finance/assets", "车辆和设备"), finance.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[finance.Asset]], error) {
		v, err := m.Assets(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(v, ""), nil
	})
	rest.Register(k, op(http.MethodPost, "/finance/assets", "登记车辆或设备"), finance.PermBudget, func(ctx context.Context, in *struct{ Body AssetBody }) (*rest.Versioned[finance.Asset], error) {
		b := in.Body
		x, err := m.AddAsset(ctx, finance.Asset{Kind: b.Kind, Number: b.Number, Name: b.Name, Fen: b.Fen, AcquiredOn: b.AcquiredOn})
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(x, x.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/finance/assets/dispose", "登记处置"), finance.PermBudget, func(ctx context.Context, in *struct {
		Body struct {
			ID  string     `json:"id" maxLength:"40" doc:"资产的编号"`
			Day clock.Date `json:"day" doc:"处置日期"`
		}
	}) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.DisposeAsset(ctx, in.Body.ID, in.Body.Day)
	})
}
