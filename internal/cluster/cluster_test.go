package cluster_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"yichuang/internal/cluster"
)

// requests are n made-up requests each about four matters at their places, and some about nothing else.
func requests() []cluster.Item {
	matters := []struct {
		place string
		says  []string
	}{
		{"红园小区", []string{"红园小区暖气不热", "红园小区供暖温度太低", "投诉红园小区暖气一直不热", "红园小区三号楼暖气冰凉", "红园小区暖气不热何时解决"}},
		{"滨河路", []string{"滨河路夜间施工噪声扰民", "滨河路工地半夜施工", "滨河路施工噪声大", "投诉滨河路夜间施工", "滨河路工地噪声扰民"}},
		{"八坊小区", []string{"八坊小区暖气不热", "八坊小区供暖不足", "八坊小区暖气温度低", "八坊小区暖气不热投诉", "八坊小区供暖太差"}},
	}
	var out []cluster.Item
	for _, m := range matters {
		for i, s := range m.says {
			out = append(out, cluster.Item{Key: fmt.Sprintf("%s-%d", m.place, i), Title: s, Body: s + "，请有关部门尽快处理。", Places: []string{m.place}})
		}
	}
	for i, s := range []string{"医保报销比例咨询", "小学入学需要哪些材料", "公交车晚点", "路灯不亮", "养老金何时发放"} {
		out = append(out, cluster.Item{Key: fmt.Sprintf("x-%d", i), Title: s, Body: s})
	}
	return out
}

func keys(items []cluster.Item, groups []cluster.Group) (out [][]string) {
	for _, g := range groups {
		var one []string
		for _, i := range g.Items {
			one = append(one, items[i].Key)
		}
		out = append(out, one)
	}
	return out
}

func TestOneMatterAtOnePlaceIsOneGroup(t *testing.T) {
	items := requests()
	groups := cluster.Groups(items, cluster.Options{})
	for _, place := range []string{"红园小区", "滨河路", "八坊小区"} {
		i := slices.IndexFunc(groups, func(g cluster.Group) bool {
			return items[g.Items[0]].Places != nil && items[g.Items[0]].Places[0] == place
		})
		if i < 0 || len(groups[i].Items) < 4 {
			t.Fatalf("%s: %v", place, keys(items, groups))
		}
		for _, at := range groups[i].Items {
			if !slices.Contains(items[at].Places, place) {
				t.Errorf("%s: %s is in the group", place, items[at].Key)
			}
		}
		if !slices.Contains(groups[i].Terms, cluster.PlaceMark+place) {
			t.Errorf("%s: terms %v", place, groups[i].Terms)
		}
	}
}

func TestEveryItemIsInOneGroupWhateverTheOrder(t *testing.T) {
	items := requests()
	want := fmt.Sprint(keys(items, cluster.Groups(items, cluster.Options{})))
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		rnd.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		groups := cluster.Groups(items, cluster.Options{})
		seen := map[int]bool{}
		for _, g := range groups {
			for _, i := range g.Items {
				if seen[i] {
					t.Fatalf("item %d is in two groups", i)
				}
				seen[i] = true
			}
		}
		if len(seen) != len(items) {
			t.Fatalf("%d of %d items are in a group", len(seen), len(items))
		}
		if got := fmt.Sprint(keys(items, groups)); got != want {
			t.Fatalf("another order gave\n%s\nnot\n%s", got, want)
		}
	}
}

func TestNothingAndAlmostNothing(t *testing.T) {
	if g := cluster.Groups(nil, cluster.Options{}); len(g) != 0 {
		t.Errorf("%v", g)
	}
	if g := cluster.Groups([]cluster.Item{{Key: "a"}, {Key: "b", Title: "一"}}, cluster.Options{}); len(g) != 2 {
		t.Errorf("%v", g)
	}
}

// A street with many troubles is no topic: what its texts share is the street.
func TestManyMattersAtOnePlaceAreManyGroups(t *testing.T) {
	matters := [][2]string{{"0402", "路灯不亮，晚上看不见路"}, {"0301", "路边消火栓漏水，淌了一地"}, {"1403", "一群流浪狗追着孩子跑"}, {"0502", "占道经营，堵得走不动"}, {"0401", "路面坑洼，自行车摔倒"},
		{"0701", "广场舞音响太吵"}, {"0303", "一带停电三个多小时"}}
	var items []cluster.Item
	for i, m := range matters {
		items = append(items, cluster.Item{Key: string(rune('a' + i)), Title: "民主东路" + m[1], Body: "市民反映民主东路" + m[1] + "，请有关部门处理。", Class: m[0], Places: []string{"民主东路"}})
	}
	street := len(items)
	for i := range 60 { // what the office hears elsewhere in the same words
		place := []string{"红园路", "环城路", "团结路", "八坊路", "庆胜路"}[i%5]
		m := matters[(i*3+i/5)%len(matters)]
		items = append(items, cluster.Item{Key: fmt.Sprint("z", i), Title: place + m[1], Body: "市民反映" + place + m[1] + "，请有关部门处理。", Class: m[0], Places: []string{place}})
	}
	for _, g := range cluster.Groups(items, cluster.Options{}) {
		here := 0
		for _, i := range g.Items {
			if i < street {
				here++
			}
		}
		if here > 2 {
			t.Errorf("%d matters of the street are one: %v", here, g.Items)
		}
	}
	items = items[:street]
	for i := range items { // the same street with one trouble is
		items[i].Title, items[i].Body, items[i].Class = "民主东路"+matters[0][1], "民主东路"+matters[0][1], matters[0][0]
	}
	if g := cluster.Groups(items, cluster.Options{}); len(g) != 1 {
		t.Errorf("one matter is %d groups", len(g))
	}
}
