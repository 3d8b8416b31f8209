package casework

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// exportItems gives the items in force as the standard has them (表 4): one row an item, or one row a material of an item. The list that
// package item exports and reads again has columns of its own and keeps parts whole.
func (m *Module) exportItems(ctx context.Context, set ExportSet, add func(Facts) error) error {
	var area org.Centre
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		area, err = m.org.CentreTx(tx, actor.From(ctx).CentreID)
		return err
	})
	if err != nil {
		return err
	}
	return m.item.Contents(ctx, func(unit string, c *item.Content) error {
		if set == SetItem {
			return add(itemFacts(unit, area, c))
		}
		for _, x := range c.Materials {
			if err := add(Facts{"材料名称": x.Name, "出具机构": x.Issuer, "材料使用说明": x.Standard, "原件份数": x.Originals, "复印件份数": x.Copies, "是否必备材料": !x.Optional, "实施编码": c.Code, "事项名称": c.Name}); err != nil {
				return err
			}
		}
		return nil
	})
}

// itemFacts are the fields of an item.
func itemFacts(unit string, area org.Centre, c *item.Content) Facts {
	f := Facts{"事项名称": c.Name, "基本编码": c.BaseCode, "实施编码": c.Code, "事项类型": c.Kind.Label(), "事项类型代码": string(c.Kind), "行使层级": org.LabelOf(item.Levels(), c.Level), "行使层级代码": c.Level, "实施主体": unit, "实施主体代码": c.OrganCode,
		"实施主体性质": c.OrganNature, "实施主体性质代码": natureCode(c.OrganNature), "法定办结时限说明": c.StatutoryBasis, "承诺办结时限说明": c.PromiseNote, "受理条件": strings.Join(c.Conditions, "；"), "共同实施部门": strings.Join(c.Joint.Units, "、"),
		"承办机构": c.Undertaker, "中介服务": c.Intermediaries, "数量限制": c.Quota, "结果名称": c.Result.Name, "结果样本": c.Sample.Name, "是否收费": len(c.Fees) > 0, "服务主题": labels(item.Themes(), c.Themes), "办理形式": channelWords(c.Channels), "办理形式代码": strings.Join(c.Channels, ","),
		"服务对象": labels(item.Objects(), c.Objects), "服务对象代码": strings.Join(objectCodes(c.Objects), ","), "行政管辖": area.Name, "行政管辖代码": area.Division, "是否支持预约办理": c.Bookable, "是否支持网上支付": c.PayOnline, "是否支持物流快递": c.Express,
		"是否网办": OnlineChannels(c.Channels), "网办地址": c.Online, "办理地点": c.Place, "办理时间": c.Hours, "咨询电话": c.Consult, "监督电话": c.Complaint, "办件类型代码": string(c.CaseKind), "通办范围": org.LabelOf(item.Scopes(), c.Scope)}
	var bases, steps, special, fees []string
	for _, b := range c.Bases {
		bases = append(bases, b.Document+b.Article)
	}
	for _, s := range c.Steps {
		steps = append(steps, s.Name)
	}
	for _, s := range c.Suspensions {
		special = append(special, ProcedureLabel(s.Kind))
	}
	for _, x := range c.Fees {
		fees = append(fees, x.Name+"："+x.Basis)
	}
	f["设定依据"], f["办理流程"], f["特别程序"], f["收费依据"] = strings.Join(bases, "；"), strings.Join(steps, "→"), strings.Join(special, "、"), strings.Join(fees, "；")
	if c.Consult != "" {
		f["咨询方式"] = "电话"
	}
	f["法定办结时限"], f["法定办结时限单位"] = limitWords(c.Statutory)
	f["承诺办结时限"], f["承诺办结时限单位"] = limitWords(c.Promise)
	return f
}

// limitWords are the number and the unit of a limit; both empty for none.
func limitWords(l item.Limit) (n, unit string) {
	if l.IsZero() {
		return "", ""
	}
	return strconv.Itoa(l.N), map[item.LimitUnit]string{item.Workday: "工作日", item.Day: "自然日", item.Month: "月", item.Year: "年"}[l.Unit]
}

func labels(list []org.Choice, codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = org.LabelOf(list, c)
	}
	return strings.Join(out, "、")
}

// channelWords says by which ways an item may be applied for, in the few words that the field has room for.
func channelWords(codes []string) string {
	var out []string
	for _, c := range codes {
		word := map[string]string{"1": "窗口办理", "2": "网上办理", "3": "网上办理", "4": "快递申请", "9": "其他"}[c]
		if word != "" && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return strings.Join(out, "、")
}

// natureCode is the code of what an organ is (A.3): 1 法定机关, 2 授权组织, 3 受委托组织, 9 其他.
func natureCode(nature string) string {
	switch {
	case nature == "":
		return ""
	case strings.Contains(nature, "授权"):
		return "2"
	case strings.Contains(nature, "委托"):
		return "3"
	case strings.Contains(nature, "法定") || strings.Contains(nature, "机关"):
		return "1"
	}
	return "9"
}

// objectCodes are the codes of whom an item serves (A.4), where other organisations are 6.
func objectCodes(ours []string) []string {
	out := slices.Clone(ours)
	for i := range out {
		if out[i] == "9" {
			out[i] = "6"
		}
	}
	return out
}
