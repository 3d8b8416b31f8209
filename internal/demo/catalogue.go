package demo

import (
	"context"
	"fmt"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
)

// dispatchTable is the dispatch catalogue (派单目录): categories, or classes of them, and the short name of the unit.
const dispatchTable = `
0101 物业管理中心
0102 0103 0104 0405 市住建局
0105 1305 市自然资源局
0201 0202 热力公司
0203 0204 燃气公司
0301 0302 自来水公司
0303 0304 供电公司
04 市政管理所
05 市城管执法局
0501 0503 环卫站
0601 公交公司
06 市交通运输局
0603 0604 0605 交警大队
07 市生态环境分局
08 市教育局
09 市卫健局
10 市人社局
1001 市医保局
1003 1004 市民政局
11 市人社局
12 市市场监管局
13 市农业农村局
1302 市交通运输局
1303 市水务局
14 市公安局
1401 市消防救援大队
1501 市人社局
1502 1504 市司法局
1503 市文旅局
`

// rural lists the towns of 临夏市; they keep their villages clean themselves.
var rural = []struct{ code, town string }{{"622901100", "城郊镇"}, {"622901101", "枹罕镇"}, {"622901102", "南龙镇"}, {"622901103", "折桥镇"}}

// urban lists the streets.
var urban = []struct{ code, street string }{{"622901001", "城南街道"}, {"622901002", "城北街道"}, {"622901003", "东关街道"}, {"622901004", "西关街道"},
	{"622901005", "八坊街道"}, {"622901006", "红园街道"}, {"622901007", "东区街道"}}

// divisions is the list of administrative divisions (行政区划) of the demonstration, as a file that can be imported.
func divisions() string {
	var b strings.Builder
	b.WriteString("code,name\n62,甘肃省\n6229,临夏回族自治州\n622901,临夏市\n")
	for _, s := range urban {
		fmt.Fprintf(&b, "%s,%s\n", s.code, s.street)
	}
	for _, t := range rural {
		fmt.Fprintf(&b, "%s,%s\n", t.code, t.town)
	}
	return b.String()
}

// catalogue makes the dispatch catalogue, and a liaison and a head for each of its units that has none.
func (s *stage) catalogue(ctx context.Context) error {
	for _, line := range strings.Split(strings.TrimSpace(dispatchTable), "\n") {
		words := strings.Fields(line)
		unit := words[len(words)-1]
		for _, category := range words[:len(words)-1] {
			if err := s.rule(ctx, category, "", unit); err != nil {
				return err
			}
		}
	}
	for _, r := range rural {
		if err := s.rule(ctx, "0501", r.code, r.town); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) rule(ctx context.Context, category, area, short string) error {
	u, ok := s.demo.Units[short]
	if !ok {
		return fmt.Errorf("no unit %q in the demonstration", short)
	}
	_, err := s.app.Hotline.SaveRule(s.people["lijianguo"], hotline.Rule{Category: category, Area: area, UnitID: u.ID, From: clock.Day(s.now.Date().Year(), 1, 1),
		To: clock.NoDate, Basis: "临夏市12345热线派单目录（演示）"})
	if err != nil {
		return err
	}
	return s.staff(ctx, u)
}

// staff sees to it that a unit has somebody who signs and somebody who approves replies.
func (s *stage) staff(ctx context.Context, u org.Unit) error {
	for _, p := range []struct{ as, title, role string }{{"liaison", "联络员", org.RoleLiaison}, {"head", "分管负责人", org.RoleUnitHead}} {
		key := u.ID + "/" + p.as
		if s.people[key] != nil {
			continue
		}
		if a, ok := s.accountOf(u.ID, p.role); ok {
			if err := s.signIn(ctx, key, a); err != nil {
				return err
			}
			continue
		}
		s.nth++
		user, _, err := s.app.Org.AddAccount(s.system, org.AccountInput{Roles: []string{p.role},
			UserInput: org.UserInput{Username: fmt.Sprintf("demo%02d", s.nth), DisplayName: fullName(s.nth * 7), Title: p.title, UnitID: u.ID}})
		if err != nil {
			return err
		}
		if err := s.signIn(ctx, key, user); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) accountOf(unit, role string) (org.User, bool) {
	for _, a := range s.demo.Accounts {
		if a.User.UnitID == unit && strings.Contains(","+a.User.RoleList+",", ","+role+",") {
			return a.User, true
		}
	}
	return org.User{}, false
}
