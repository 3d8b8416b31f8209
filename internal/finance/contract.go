package finance

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// Category (采购品目) is what a contract buys.
type Category string

// The categories.
const (
	Goods    Category = "goods"    // 货物
	Works    Category = "works"    // 工程
	Services Category = "services" // 服务
)

// Label is the category's Chinese name.
func (c Category) Label() string {
	return map[Category]string{Goods: "货物", Works: "工程", Services: "服务"}[c]
}

// Categories lists the categories.
func Categories() []Category { return []Category{Goods, Works, Services} }

// Size (企业规模) is how large the supplier is; small and micro enterprises are a part of the small and medium ones.
type Size string

// The sizes.
const (
	Large  Size = "large"  // 大型企业或其他供应商
	Medium Size = "medium" // 中型企业
	Small  Size = "small"  // 小型或微型企业
)

// Label is the size's Chinese name.
func (s Size) Label() string {
	return map[Size]string{Large: "大型企业或其他供应商", Medium: "中型企业", Small: "小微企业"}[s]
}

// Sizes lists the sizes.
func Sizes() []Size { return []Size{Large, Medium, Small} }

// Contract (政府采购合同) is a contract that was signed in the year, whichever year's budget it spends.
type Contract struct {
	CentreID string        `db:"centre_id" json:"-"`
	Year     int           `db:"year" json:"year"`
	ID       string        `db:"id" json:"id"`
	Number   string        `db:"number" json:"number"`
	Name     string        `db:"name" json:"name"`
	Category Category      `db:"category" json:"category"`
	Supplier string        `db:"supplier" json:"supplier"`
	Size     Size          `db:"size" json:"size"`
	Fen      money.Fen     `db:"fen" json:"fen"`
	Day      clock.Date    `db:"day" json:"day"`
	Corrects string        `db:"corrects" json:"corrects,omitempty"` // the contract that this line takes back
	At       clock.Instant `db:"at" json:"at"`
	By       string        `db:"by_user" json:"by"`
}

var contractColumns = store.Columns[Contract]("")

func (c *Contract) check(year int) error {
	e := ErrFigureInput
	c.Number, c.Name, c.Supplier = strings.TrimSpace(c.Number), strings.TrimSpace(c.Name), strings.TrimSpace(c.Supplier)
	if c.Number == "" || utf8.RuneCountInString(c.Number) > 60 {
		e = e.Field("number", "请填写合同编号，60 个字以内。")
	}
	if c.Name == "" || utf8.RuneCountInString(c.Name) > 100 {
		e = e.Field("name", "请填写合同名称，100 个字以内。")
	}
	if !slices.Contains(Categories(), c.Category) {
		e = e.Field("category", "请选择货物、工程或服务。")
	}
	if !slices.Contains(Sizes(), c.Size) {
		e = e.Field("size", "请选择供应商规模。")
	}
	if c.Fen <= 0 || c.Fen > maxFen {
		e = e.Field("fen", "合同金额应大于 0。")
	}
	if c.Day.Year() != year {
		e = e.Field("day", "签订日期应在 %d 年。", year)
	}
	if utf8.RuneCountInString(c.Supplier) > 100 {
		e = e.Field("supplier", "供应商名称 100 个字以内。")
	}
	return e.OrNil()
}

// AddContract enters a procurement contract.
func (m *Module) AddContract(ctx context.Context, year int, c Contract) error {
	a := actor.From(ctx)
	if err := c.check(year); err != nil {
		return err
	}
	return m.change(ctx, PermBudget, year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		list, err := contractsTx(tx, b)
		if err != nil {
			return err
		}
		if standing(list, c.Number) {
			return ErrFigureInput.Field("number", "已经登记过编号“%s”的合同。记错了请先冲销原来的一条。", c.Number)
		}
		c.CentreID, c.Year, c.ID, c.Corrects, c.At, c.By = a.CentreID, year, tx.NewID(), "", tx.Now(), a.UserID
		if err := store.Insert(tx, "finance_contract", c); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.contract", Permission: PermBudget, Kind: "contract", Object: c.ID, Detail: map[string]any{"year": year, "fen": c.Fen, "category": c.Category}})
	})
}

// standing reports whether a contract of a number is there and was not taken back.
func standing(list []Contract, number string) bool {
	var sum money.Fen
	for _, c := range list {
		if c.Number == number {
			sum += c.Fen
		}
	}
	return sum != 0
}

// ErrContractMissing is a contract that is not there, or was taken back already.
var ErrContractMissing = errs.New(errs.NotFound, "finance.contract_missing", "没有这份合同，或者已经冲销，没有改动。请刷新后再看。")

// ReverseContract takes a contract back (冲销) by a line of the opposite amount; the contract itself stays as it is.
func (m *Module) ReverseContract(ctx context.Context, year int, id string) error {
	a := actor.From(ctx)
	return m.change(ctx, PermBudget, year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		list, err := contractsTx(tx, b)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(c Contract) bool { return c.ID == id && c.Corrects == "" })
		if i < 0 || slices.ContainsFunc(list, func(c Contract) bool { return c.Corrects == id }) {
			return ErrContractMissing
		}
		c := list[i]
		c.ID, c.Fen, c.Corrects, c.At, c.By = tx.NewID(), -c.Fen, id, tx.Now(), a.UserID
		if err := store.Insert(tx, "finance_contract", c); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.contract_reverse", Permission: PermBudget, Kind: "contract", Object: id, Detail: map[string]any{"year": year, "fen": c.Fen}})
	})
}

// Contracts lists the contracts of a year.
func (m *Module) Contracts(ctx context.Context, year int) ([]Contract, error) {
	var out []Contract
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		out, err = contractsTx(tx, b)
		return err
	})
	return out, err
}

func contractsTx(tx *store.Tx, b *Book) ([]Contract, error) {
	return store.Select[Contract](tx, "SELECT "+contractColumns+" FROM finance_contract WHERE centre_id = $1 AND year = $2 ORDER BY id", b.CentreID, b.Year)
}

// procurement adds contracts up.
func procurement(list []Contract) narrative.Procurement {
	var p narrative.Procurement
	for _, c := range list {
		switch c.Category {
		case Goods:
			p.Goods += c.Fen
		case Works:
			p.Works += c.Fen
		case Services:
			p.Services += c.Fen
		}
		if c.Size == Small {
			p.Micro += c.Fen
		}
		if c.Size == Small || c.Size == Medium {
			p.SME += c.Fen
		}
	}
	return p
}

// AssetKind is what an asset of the register is.
type AssetKind string

// Equipment is the kind of an asset that is no vehicle: equipment of 1,000,000 元 and more (单价 100 万元（含）以上设备).
const Equipment AssetKind = "equipment"

// AssetKinds lists the eight kinds of vehicles and equipment, in the order of the text.
func AssetKinds() []AssetKind {
	var out []AssetKind
	for _, v := range narrative.Vehicles() {
		out = append(out, AssetKind(v))
	}
	return append(out, Equipment)
}

// Label is the kind's Chinese name.
func (k AssetKind) Label() string {
	if k == Equipment {
		return "单价 100 万元（含）以上设备"
	}
	return narrative.Vehicle(k).Label()
}

// Asset (资产) is a vehicle or a piece of costly equipment; what counts is what is there on 31 December.
type Asset struct {
	CentreID   string        `db:"centre_id" json:"-"`
	ID         string        `db:"id" json:"id"`
	Kind       AssetKind     `db:"kind" json:"kind"`
	Number     string        `db:"number" json:"number"` // 车牌号 or 资产编号
	Name       string        `db:"name" json:"name"`
	Fen        money.Fen     `db:"fen" json:"fen"`
	AcquiredOn clock.Date    `db:"acquired_on" json:"acquired_on"`
	DisposedOn clock.Date    `db:"disposed_on" json:"disposed_on,omitzero"`
	At         clock.Instant `db:"at" json:"at"`
	By         string        `db:"by_user" json:"by"`
	Version    int64         `db:"version" json:"version"`
}

var assetColumns = store.Columns[Asset]("")

const costly = money.Fen(1_000_000_00) // 100 万元

// ErrAssetMissing is an asset that is not there.
var ErrAssetMissing = errs.New(errs.NotFound, "finance.asset_missing", "没有这项资产，或您无权查看。")

// AddAsset enters an asset.
func (m *Module) AddAsset(ctx context.Context, x Asset) (Asset, error) {
	a := actor.From(ctx)
	if err := a.Require(PermBudget); err != nil {
		return x, err
	}
	e := ErrFigureInput
	x.Number, x.Name = strings.TrimSpace(x.Number), strings.TrimSpace(x.Name)
	if !slices.Contains(AssetKinds(), x.Kind) {
		e = e.Field("kind", "请选择资产的种类。")
	}
	if x.Name == "" || utf8.RuneCountInString(x.Name) > 100 || utf8.RuneCountInString(x.Number) > 40 {
		e = e.Field("name", "请填写名称，100 个字以内；编号 40 个字以内。")
	}
	if x.Fen < 0 || x.Fen > maxFen || x.Kind == Equipment && x.Fen < costly {
		e = e.Field("fen", "设备的单价应不低于 100 万元。")
	}
	if x.AcquiredOn.IsZero() {
		e = e.Field("acquired_on", "请填写取得日期。")
	}
	if err := e.OrNil(); err != nil {
		return x, err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if x.AcquiredOn > tx.Now().Date() {
			return ErrFigureInput.Field("acquired_on", "取得日期不能晚于今天。")
		}
		x.CentreID, x.ID, x.At, x.By, x.Version, x.DisposedOn = a.CentreID, tx.NewID(), tx.Now(), a.UserID, 1, clock.NoDate
		if err := store.Insert(tx, "finance_asset", x); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.asset_add", Permission: PermBudget, Kind: "asset", Object: x.ID, Detail: map[string]any{"kind": x.Kind, "fen": x.Fen}})
	})
	return x, err
}

// DisposeAsset enters the day from which an asset is no longer there.
func (m *Module) DisposeAsset(ctx context.Context, id string, day clock.Date) error {
	a := actor.From(ctx)
	if err := a.Require(PermBudget); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		x, err := store.Get[Asset](tx, "SELECT "+assetColumns+" FROM finance_asset WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return ErrAssetMissing
		case err != nil:
			return err
		case !x.DisposedOn.IsZero():
			return ErrFigureInput.Field("day", "这项资产已经登记处置，没有重复登记。")
		case day.IsZero() || day < x.AcquiredOn || day > tx.Now().Date():
			return ErrFigureInput.Field("day", "处置日期不能早于取得日期，也不能晚于今天。")
		}
		x.DisposedOn, x.Version = day, x.Version+1
		if err := store.Update(tx, "finance_asset", x, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.asset_dispose", Permission: PermBudget, Kind: "asset", Object: id, Detail: map[string]any{"day": day}})
	})
}

// Assets lists the register.
func (m *Module) Assets(ctx context.Context) ([]Asset, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []Asset
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = assetsTx(tx, a.CentreID)
		return err
	})
	return out, err
}

func assetsTx(tx *store.Tx, centre string) ([]Asset, error) {
	return store.Select[Asset](tx, "SELECT "+assetColumns+" FROM finance_asset WHERE centre_id = $1 ORDER BY id", centre)
}

// vehicles counts what is there at the end of a year.
func vehicles(list []Asset, year int) (cars map[narrative.Vehicle]int64, equipment int64) {
	end := clock.Day(year, 12, 31)
	cars = map[narrative.Vehicle]int64{}
	for _, x := range list {
		switch {
		case x.AcquiredOn > end || !x.DisposedOn.IsZero() && x.DisposedOn <= end:
		case x.Kind == Equipment:
			equipment++
		default:
			cars[narrative.Vehicle(x.Kind)]++
		}
	}
	return cars, equipment
}
