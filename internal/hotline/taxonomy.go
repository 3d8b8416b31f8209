package hotline

import (
	"strconv"
	"strings"

	"yichuang/internal/store"
)

// taxonomy is the classification of requests (事项分类) that a new centre starts with: fifteen classes and their leaves.
// A centre changes it by importing its own list (Module.PublishCategories).
const taxonomy = `
01 住房物业：物业服务 房屋质量 老旧小区改造 住房保障 产权登记
02 供热供气：供热温度与故障 供热收费与报停 燃气供应 燃气安全
03 供水供电：停水漏水 水质水压 停电与电压 电表电费
04 市政设施：道路破损 路灯照明 井盖管网 排水积水与除雪 公园绿化
05 市容环卫：垃圾清运 占道经营 公厕管理 乱贴乱画 违法建设
06 交通出行：公交线路 出租网约车 停车秩序 交通信号 车辆管理
07 环境保护：噪声扰民 油烟异味 扬尘污染 污水排放
08 教育：入学招生 校外培训 校园管理 学生资助
09 卫生健康：医疗服务 疫苗接种 生育服务
10 社会保障：医疗保险 养老保险 低保救助 残疾人服务 社会保障卡
11 劳动就业：拖欠工资 创业就业扶持 劳动合同 职业培训
12 市场监管：食品安全 消费维权 价格收费 特种设备 证照办理
13 农业农村：惠农补贴与产业 农村道路 农田水利 畜禽养殖 宅基地与耕地
14 公共安全：消防隐患 治安与邻里 犬只管理 诈骗举报
15 政务服务：办事咨询 窗口服务 文化旅游 工作作风
`

// DefaultCategories lists the categories of a new centre, classes (01) before their leaves (0101).
func DefaultCategories() []Category {
	var out []Category
	for _, line := range strings.Split(strings.TrimSpace(taxonomy), "\n") {
		code, rest, _ := strings.Cut(line, " ")
		name, leaves, _ := strings.Cut(rest, "：")
		out = append(out, Category{Code: code, Name: name, Active: true})
		for i, leaf := range strings.Fields(leaves) {
			out = append(out, Category{Code: code + "0" + strconv.Itoa(i+1), Name: leaf, Parent: code, Active: true})
		}
	}
	return out
}

// seedCategories gives a centre that has no categories those of the start.
func seedCategories(tx *store.Tx, centre string) error {
	has, err := store.Select[string](tx, "SELECT code FROM hotline_category WHERE centre_id = $1 LIMIT 1", centre)
	if err != nil || len(has) > 0 {
		return err
	}
	return PutCategoriesTx(tx, centre, DefaultCategories())
}
