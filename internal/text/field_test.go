package text_test

import (
	"slices"
	"testing"

	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/text"
)

func TestFields(t *testing.T) {
	docs := []struct {
		id                    int64
		title, content, where string
	}{
		{1, "路灯不亮", "B区2栋楼下一片漆黑", "文昌大道"},
		{2, "停水", "停水三天，路灯也不亮", "路灯厂家属院"},
		{3, "水", "自来水发黄", "红园路"},
	}
	cases := map[string][]int64{
		"路灯":            {2, 1},
		"标题:路灯":         {1},
		"标题：路灯不亮":       {1},
		"地址:路灯":         {2},
		"地址:红园 水":       {3},
		"标题:水":          {3, 2},
		"-标题:停水 水":      {3},
		"标题:路灯 地址:文昌":   {1},
		"标题:路灯 地址:红园":   nil,
		`标题:"路灯 不亮"`:    nil,
		`标题:"路灯不亮"`:     {1},
		"标题:":           nil,
		"答复:路灯":         nil, // no such field: two words, of which one is 答复
		"B区2栋":          {1},
		"标题:地址:路灯":      nil,
		"2栋 标题:路 -地址:路": {1},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, d := range docs {
			words := tickets.Document(d.title+"\n"+d.content+"\n"+d.where, d.title, d.where)
			if err := db.WithTx(ctx, func(tx *store.Tx) error { return tickets.Put(tx, "c1", d.id, nil, words) }); err != nil {
				t.Fatal(err)
			}
		}
		for _, where := range []string{"just written", "buried"} {
			for q, want := range cases {
				if got := search(t, db, tickets, "c1", q, text.Options{}); !slices.Equal(got, want) {
					t.Errorf("%s: %q finds %v, want %v", where, q, got, want)
				}
			}
			bury(t, db)
		}
	}, text.Migrations)
}

func TestMarking(t *testing.T) {
	cases := []struct{ query, field, shown, want string }{
		{"标题:路灯 红园", "标题", "路灯在红园", "[路灯]在[红园]"},
		{"地址:路灯 红园", "标题", "路灯在红园", "路灯在[红园]"},
		{"地址:路灯 红园", "", "路灯在红园", "[路灯]在[红园]"},
		{"路灯 -标题:红园", "标题", "路灯在红园", "[路灯]在红园"},
	}
	for _, c := range cases {
		if got := marked(text.Snippet(c.shown, tickets.Marking(c.query, c.field), 0)); got != c.want {
			t.Errorf("%q in %q marks %q, want %q", c.query, c.field, got, c.want)
		}
	}
	if !tickets.Asks("a 标题：路灯", "标题") || tickets.Asks("标题 路灯", "标题") {
		t.Error("Asks")
	}
}

// The spans that PostgreSQL goes back by give the same pages as the one walk of SQLite, wherever words gather.
func TestSpansFindWhatGathersAnywhere(t *testing.T) {
	const n = 9000
	at := func(i int) int64 { // dense and sparse stretches of ids
		switch {
		case i < 3000:
			return int64(i+1) * (3_600_000 << 21)
		case i < 6000:
			return int64(3001)*(3_600_000<<21) + int64(i)<<10
		}
		return int64(3002)*(3_600_000<<21) + int64(i)*(60_000<<21)
	}
	body := func(i int) string {
		s := "每一件都有的话"
		if i%3 == 0 {
			s += " 处处"
		}
		if i < 4500 {
			s += " 从前"
		}
		if i == 7 || i == 2500 || i == 3500 {
			s += " 少见"
		}
		return s
	}
	pages := func(db *store.DB, q string, from int64) (out []int64) {
		opt := text.Options{Limit: 700, From: from}
		for {
			page := search(t, db, tickets, "c1", q, opt)
			out = append(out, page...)
			if len(page) < opt.Limit {
				return out
			}
			opt.Before = page[len(page)-1]
		}
	}
	var results [][][]int64
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for from := 0; from < n; from += 500 {
			err := db.WithTx(ctx, func(tx *store.Tx) error {
				for i := from; i < from+500; i++ {
					if err := tickets.Put(tx, "c1", at(i), nil, text.Tokens(body(i))); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		want := map[string]int{"从前": 4500, "前": 4500, "少见": 3, "每一件都": n, "从前 -处处": 3000, "没有": 0}
		var found [][]int64
		for _, q := range []string{"从前", "前", "少见", "每一件都", "从前 -处处", "没有"} {
			ids := pages(db, q, 0)
			if len(ids) != want[q] || !slices.IsSortedFunc(ids, func(a, b int64) int { return int(min(1, max(-1, b-a))) }) {
				t.Errorf("%q: %d ids, want %d, newest first", q, len(ids), want[q])
			}
			found = append(found, ids)
		}
		if ids := pages(db, "从前", at(4000)); len(ids) != 500 {
			t.Errorf("from the 4,000th on: %d ids", len(ids))
		}
		results = append(results, found)
	}, text.Migrations)
	if len(results) == 2 {
		for i := range results[0] {
			if !slices.Equal(results[0][i], results[1][i]) {
				t.Errorf("the engines differ in search %d", i)
			}
		}
	}
}
