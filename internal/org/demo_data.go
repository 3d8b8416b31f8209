package org

// The demonstration: places and offices that exist, people who do not.

var demoCentreInput = CentreInput{Code: "linxia", Name: "临夏市政务中心", Division: "622901", Tier: TierCounty}

const demoHall = "临夏市政务大厅"

// demoTowns are the streets and towns of 临夏市 with their statistical codes.
func demoTowns() [][3]string {
	return [][3]string{
		{"城南街道", "临夏市城南街道办事处", "622901001"}, {"城北街道", "临夏市城北街道办事处", "622901002"},
		{"东关街道", "临夏市东关街道办事处", "622901003"}, {"西关街道", "临夏市西关街道办事处", "622901004"},
		{"八坊街道", "临夏市八坊街道办事处", "622901005"}, {"红园街道", "临夏市红园街道办事处", "622901006"},
		{"东区街道", "临夏市东区街道办事处", "622901007"}, {"城郊镇", "临夏市城郊镇人民政府", "622901100"},
		{"枹罕镇", "临夏市枹罕镇人民政府", "622901101"}, {"南龙镇", "临夏市南龙镇人民政府", "622901102"},
		{"折桥镇", "临夏市折桥镇人民政府", "622901103"},
	}
}

func demoSites() []SiteInput {
	sites := []SiteInput{{Name: demoHall, Kind: SiteHall, Division: "622901"}}
	for _, name := range []string{"不动产登记分中心", "税务分中心", "医保分中心", "公安分中心", "婚姻登记分中心"} {
		sites = append(sites, SiteInput{Name: name, Kind: SiteBranch, Division: "622901"})
	}
	for _, t := range demoTowns() {
		sites = append(sites, SiteInput{Name: t[0] + "便民服务中心", Kind: SiteTownship, Division: t[2]})
	}
	return sites
}

type demoUnit struct {
	short    string
	name     string
	kinds    []UnitKind
	group    UnitGroup
	parent   string // short name
	site     string // where it is stationed
	division string
}

func demoUnits() []demoUnit {
	var out []demoUnit
	add := func(group UnitGroup, kinds []UnitKind, site string, pairs ...[2]string) {
		for _, p := range pairs {
			out = append(out, demoUnit{short: p[0], name: p[1], kinds: kinds, group: group, site: site, division: "622901"})
		}
	}
	section, handling := []UnitKind{UnitSection}, []UnitKind{UnitHandling}
	both := []UnitKind{UnitHandling, UnitStationed}
	add(GroupInternal, section, demoHall, [2]string{"办公室", "办公室"}, [2]string{"政务监察股", "政务监察股"},
		[2]string{"政务信息股", "政务信息股"}, [2]string{"12345热线办公室", "12345热线办公室"})
	add(GroupCounty, both, demoHall,
		[2]string{"市住建局", "临夏市住房和城乡建设局"}, [2]string{"市人社局", "临夏市人力资源和社会保障局"},
		[2]string{"市市场监管局", "临夏市市场监督管理局"}, [2]string{"市交通运输局", "临夏市交通运输局"},
		[2]string{"市教育局", "临夏市教育局"}, [2]string{"市卫健局", "临夏市卫生健康局"}, [2]string{"市农业农村局", "临夏市农业农村局"},
		[2]string{"市文旅局", "临夏市文体广电和旅游局"}, [2]string{"市应急局", "临夏市应急管理局"}, [2]string{"市水务局", "临夏市水务局"},
		[2]string{"市发改局", "临夏市发展和改革局"}, [2]string{"市商务局", "临夏市商务局"})
	add(GroupCounty, both, "不动产登记分中心", [2]string{"市自然资源局", "临夏市自然资源局"})
	add(GroupCounty, both, "医保分中心", [2]string{"市医保局", "临夏市医疗保障局"})
	add(GroupCounty, both, "公安分中心", [2]string{"市公安局", "临夏市公安局"})
	add(GroupCounty, both, "婚姻登记分中心", [2]string{"市民政局", "临夏市民政局"})
	add(GroupCounty, handling, "", [2]string{"市城管执法局", "临夏市城市管理综合执法局"}, [2]string{"市财政局", "临夏市财政局"},
		[2]string{"市司法局", "临夏市司法局"}, [2]string{"市退役军人局", "临夏市退役军人事务局"}, [2]string{"市林草局", "临夏市林业和草原局"})
	add(GroupVertical, both, "税务分中心", [2]string{"市税务局", "国家税务总局临夏市税务局"})
	add(GroupVertical, handling, "", [2]string{"市生态环境分局", "临夏州生态环境局临夏市分局"}, [2]string{"市消防救援大队", "临夏市消防救援大队"},
		[2]string{"市烟草局", "临夏市烟草专卖局"})
	add(GroupUtility, handling, "", [2]string{"供电公司", "临夏市供电公司"}, [2]string{"自来水公司", "临夏市自来水公司"},
		[2]string{"燃气公司", "临夏市燃气公司"}, [2]string{"热力公司", "临夏市热力公司"}, [2]string{"公交公司", "临夏市公交公司"})
	for _, t := range demoTowns() {
		out = append(out, demoUnit{short: t[0], name: t[1], kinds: handling, group: GroupTownship, site: t[0] + "便民服务中心", division: t[2]})
	}
	for _, s := range [][3]string{{"市住建局", "物业管理中心", "临夏市物业管理中心"}, {"市住建局", "市政管理所", "临夏市市政管理所"},
		{"市公安局", "交警大队", "临夏市公安局交通警察大队"}, {"市城管执法局", "环卫站", "临夏市环境卫生管理站"}} {
		out = append(out, demoUnit{short: s[1], name: s[2], kinds: handling, group: GroupCounty, parent: s[0], division: "622901"})
	}
	return out
}

type demoPerson struct {
	username string
	name     string
	title    string
	unit     string // short name
	site     string
	roles    []string
}

func demoPeople() []demoPerson {
	const hotline = "12345热线办公室"
	return []demoPerson{
		{"admin", "系统管理员", "", "政务信息股", demoHall, []string{RoleAdmin}},
		{"mazhiyuan", "马志远", "主任", "", demoHall, []string{RoleLeader}},
		{"gaofang", "高芳", "办公室主任", "办公室", demoHall, []string{RoleOffice}},
		{"panyun", "潘云", "会计", "办公室", demoHall, []string{RoleFinance}},
		{"sunli", "孙丽", "股长", "政务监察股", demoHall, []string{RoleSupervisor}},
		{"xujing", "徐静", "股长", "政务信息股", demoHall, []string{RoleInfo}},
		{"yanghong", "杨红", "班长", hotline, demoHall, []string{RoleShiftLead}},
		{"mali", "马莉", "话务员", hotline, demoHall, []string{RoleAgent}},
		{"wangjuan", "王娟", "话务员", hotline, demoHall, []string{RoleAgent}},
		{"lijianguo", "李建国", "派单员", hotline, demoHall, []string{RoleDispatcher}},
		{"chenwei", "陈伟", "审核员", hotline, demoHall, []string{RoleReviewer}},
		{"zhaoxia", "赵霞", "回访员", hotline, demoHall, []string{RoleCallbacker}},
		{"linlan", "林兰", "知识库管理员", hotline, demoHall, []string{RoleKnowledge}},
		{"zhangming", "张明", "联络员", "市住建局", "", []string{RoleLiaison}},
		{"liuguoqiang", "刘国强", "副局长", "市住建局", "", []string{RoleUnitHead}},
		{"hejun", "何军", "联络员", "市城管执法局", "", []string{RoleLiaison}},
		{"maxiaoyan", "马小燕", "联络员", "供电公司", "", []string{RoleLiaison}},
		{"mahua", "马花", "窗口工作人员", "市人社局", demoHall, []string{RoleWindow}},
		{"zhoumin", "周敏", "首席代表", "市人社局", demoHall, []string{RoleChiefRep}},
		{"tiandong", "田东", "审批股股长", "市人社局", demoHall, []string{RoleApprover}},
		{"mulan", "穆兰", "便民服务中心主任", "折桥镇", "折桥镇便民服务中心", []string{RoleSiteAdmin}},
	}
}
