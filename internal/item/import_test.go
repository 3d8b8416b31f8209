package item_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/item/itemtest"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// readList reads a list from text.
func readList(t *testing.T, name, text string) (item.ImportList, error) {
	t.Helper()
	r, err := table.Open(name, strings.NewReader(text), int64(len(text)), table.Options{Expect: item.ImportHeads()})
	if err != nil {
		t.Fatal(err)
	}
	return item.ReadList(name, r)
}

// load reads, receives and imports a list.
func load(t *testing.T, w *itemtest.World, l item.ImportList, units bool) (item.ImportPlan, error) {
	t.Helper()
	i, err := w.Item.Receive(w.System(), l, "")
	if err != nil {
		t.Fatal(err)
	}
	return w.Item.Apply(w.System(), i.ID, units)
}

// The whole public list of a district: every row is read, a wrong row stops all, and a second time adds nothing.
func TestAPublicListIsImportedWhole(t *testing.T) {
	file := filepath.Join("..", "..", "..", "shared", "data", "services", "guangan_items_dev.csv")
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the public list is not on this machine")
	}
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		l, err := readList(t, "list.csv", string(data))
		if err != nil || len(l.Lines) != 795 {
			t.Fatalf("%d rows, %v", len(l.Lines), err)
		}
		if _, err := load(t, w, l, false); !errors.Is(err, item.ErrImportRows) {
			t.Errorf("without its departments: %v", err)
		}
		if list, _, err := w.Item.Items(w.System(), item.Filter{}); err != nil || len(list) != 0 {
			t.Errorf("a refused list left %d items, %v", len(list), err)
		}
		p, err := load(t, w, l, true)
		if err != nil || p.New != 795 || len(p.Units) != 34 || p.Refused+p.Same+p.Changed != 0 {
			t.Fatalf("first time: new %d, units %d, refused %d: %v", p.New, len(p.Units), p.Refused, err)
		}
		p, err = load(t, w, l, true)
		if err != nil || p.Same != 795 || p.New+p.Changed+p.Refused+len(p.Units) != 0 {
			t.Errorf("second time: new %d changed %d same %d, %v", p.New, p.Changed, p.Same, err)
		}
	}, itemtest.Migrations()...)
}

func TestWrongRowsAreNamedAndNothingIsImported(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		text := "department,name,item_code,task_type\n市市场监管局,甲,11001,1\n市市场监管局,,11002,1\n市市场监管局,丙,11001,1\n没有的局,丁,11004,1\n市市场监管局,戊,11-005!,1\n市市场监管局,己,11006,77\n"
		l, err := readList(t, "list.csv", text)
		if err != nil {
			t.Fatal(err)
		}
		i, err := w.Item.Receive(w.System(), l, "")
		if err != nil {
			t.Fatal(err)
		}
		p, err := w.Item.Preview(w.System(), i.ID, false)
		if err != nil || p.New != 1 || p.Refused != 5 {
			t.Errorf("preview: new %d refused %d, %v", p.New, p.Refused, err)
		}
		for k, x := range p.Problems {
			if want := []int{3, 4, 5, 6, 7}[k]; x.Line != want || len(x.Problems) == 0 {
				t.Errorf("problem %d at line %d: %v", k, x.Line, x.Problems)
			}
		}
		if _, err := w.Item.Apply(w.System(), i.ID, false); !errors.Is(err, item.ErrImportRows) {
			t.Errorf("applied: %v", err)
		}
	}, itemtest.Migrations()...)
}

// What is exported is read again and says nothing new; a changed cell makes a new draft.
func TestAnExportedListIsReadAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		v := w.Publish(itemtest.Permit("11001"), w.Today())
		var b bytes.Buffer
		out := csv.NewWriter(&b)
		if err := out.Write(item.ListColumns()); err != nil {
			t.Fatal(err)
		}
		if err := w.Item.Export(w.System(), out.Write); err != nil {
			t.Fatal(err)
		}
		out.Flush()
		l, err := readList(t, "list.csv", b.String())
		if err != nil {
			t.Fatal(err)
		}
		p, err := load(t, w, l, false)
		if err != nil || p.Same != 1 || p.Changed+p.New+p.Refused != 0 {
			t.Fatalf("read again: new %d changed %d same %d, %v", p.New, p.Changed, p.Same, err)
		}
		l, err = readList(t, "list.csv", strings.Replace(b.String(), "食品经营许可（新办）", "食品经营许可", 1))
		if err != nil {
			t.Fatal(err)
		}
		if p, err = load(t, w, l, false); err != nil || p.Changed != 1 {
			t.Errorf("changed %d, %v", p.Changed, err)
		}
		s, err := w.Item.Sheet(w.System(), v.ItemID, "")
		if err != nil || s.Version.No != 2 || s.Version.State != item.Draft || s.InForce != v.ID || len(s.Content.Materials) != 3 {
			t.Errorf("version %d %s, %v", s.Version.No, s.Version.State, err)
		}
	}, itemtest.Migrations()...)
}

// The unit that reviews first goes by its name: out of the list, back in, and into a new draft; one that is not there, or the item's own,
// stops the list.
func TestTheFirstReviewGoesThroughLists(t *testing.T) {
	w := itemtest.New(t, storetest.Open(t, store.SQLite, itemtest.Migrations()))
	c := itemtest.Permit("11001")
	c.Commitment, c.First = false, item.FirstReview{UnitID: w.Other.ID, Basis: "《食品安全法》第三十五条"}
	v := w.Publish(c, w.Today())
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	if err := errors.Join(out.Write(item.ListColumns()), w.Item.Export(w.System(), out.Write)); err != nil {
		t.Fatal(err)
	}
	out.Flush()
	if !strings.Contains(b.String(), w.Other.Name) || strings.Contains(b.String(), w.Other.ID) {
		t.Errorf("exported: %s", b.String())
	}
	apply := func(text string) (item.ImportPlan, error) {
		l, err := readList(t, "list.csv", text)
		if err != nil {
			t.Fatal(err)
		}
		return load(t, w, l, false)
	}
	if p, err := apply(b.String()); err != nil || p.Same != 1 {
		t.Errorf("read again: %+v, %v", p.Problems, err)
	}
	third := orgtest.Unit(t, w.Org, w.Centre, "市商务局", "")
	for name, want := range map[string]string{"没有的局": "没有名为", w.Unit.Name: "实施主体以外"} {
		if _, err := apply(strings.Replace(b.String(), w.Other.Name, name, 1)); err == nil || !strings.Contains(strings.Join(errs.Reasons(err), ""), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range 2 { // into a new draft, and over it
		text := strings.Replace(b.String(), w.Other.Name, third.Name, 1)
		if i == 1 {
			text = strings.Replace(b.String(), "第三十五条", "第三十五条第一款", 1)
		}
		if p, err := apply(text); err != nil || p.Changed != 1 {
			t.Fatalf("%d: %+v, %v", i, p, err)
		}
		s, err := w.Item.Sheet(w.System(), v.ItemID, "")
		if want := []string{third.ID, w.Other.ID}[i]; err != nil || s.Version.No != 2 || s.Content.First.UnitID != want || s.Item.FirstUnit != want {
			t.Errorf("%d: version %d, %+v, item %s: %v", i, s.Version.No, s.Content.First, s.Item.FirstUnit, err)
		}
	}
}

func FuzzReadList(f *testing.F) {
	f.Add("事项名称,实施编码,实施主体,材料,承诺办结时限\n甲,11001,局,\"[{\"\"code\"\":\"\"M1\"\",\"\"name\"\":\"\"表\"\"}]\",5\n")
	f.Add("name,item_code,department\n甲,1,局\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := table.Open("list.csv", strings.NewReader(text), int64(len(text)), table.Options{Expect: item.ImportHeads()})
		if err != nil {
			return
		}
		l, err := item.ReadList("list.csv", r)
		if err != nil {
			return
		}
		for _, x := range l.Lines {
			c := x.Content
			if len(x.Problems) == 0 && c.Check() != nil {
				t.Errorf("line %d has no problem and is wrong: %v", x.Line, c.Check())
			}
		}
	})
}

func TestPackagesMergeMaterials(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		one := w.Publish(itemtest.Permit("11001"), w.Today())
		c := itemtest.Permit("11002")
		c.Name = "营业执照登记"
		c.Materials = append(c.Materials, item.Material{Code: "M4", Name: "住所使用证明", Form: "paper", Copies: 1, Source: "self"})
		c.Materials[1].Copies, c.Materials[1].Waivable = 2, false
		two := w.Publish(c, w.Today())
		p := itemtest.Permit("PKG-1")
		p.Name, p.Profile, p.Materials, p.Situations, p.Kind, p.BaseCode = "开办餐饮店“一件事”", item.ProfilePackage, nil, nil, item.PublicService, ""
		p.Members = []string{one.ItemID, two.ItemID}
		v := w.Publish(p, w.Today())
		g, err := w.Item.Guide(w.Citizen(), v.ItemID)
		if err != nil || len(g.Members) != 2 || len(g.Merged) != 4 {
			t.Fatalf("members %d, materials %d, %v", len(g.Members), len(g.Merged), err)
		}
		for _, m := range g.Merged {
			if m.Name == "经营场所平面图" && (m.Copies != 2 || m.Waivable || len(m.For) != 2 || !m.Always) {
				t.Errorf("merged: %+v", m)
			}
			if m.Name == "授权委托书" && m.Always {
				t.Error("a material of a situation became one that is always needed")
			}
		}
		p.Members = []string{v.ItemID, one.ItemID}
		p.Code = "PKG-2"
		if _, _, err := w.Item.Create(w.Head.Ctx, item.NewItem{UnitID: w.Unit.ID, Content: p}); !errors.Is(err, item.ErrInput) {
			t.Errorf("a package in a package: %v", err)
		}
	}, itemtest.Migrations()...)
}
