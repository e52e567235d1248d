"""Texts on terrain: elevation, land cover, walking over land."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # What a terrain must satisfy.
    "rule.terrain_raster": ("应为二维数值栅格", "is a two-dimensional raster of numbers"),
    "hint.terrain_raster": (
        "请提供一个波段的数字高程模型（DEM）。",
        "Give a digital elevation model of one band.",
    ),
    "rule.terrain_large": ("栅格像元数不应超过 {most}", "has at most {most} cells"),
    "hint.terrain_large": (
        "请裁剪到本县及周边，或改用较粗的分辨率。",
        "Cut it to the county and its surroundings, or take larger cells.",
    ),
    "rule.terrain_transform": (
        "应有六个数表示的栅格位置（仿射变换）",
        "has its place as six numbers (an affine transform)",
    ),
    "hint.terrain_transform": (
        "请使用带坐标信息的栅格。",
        "Take a raster that carries its place.",
    ),
    "rule.terrain_north_up": ("栅格应为正北朝上", "is laid north up"),
    "hint.terrain_north_up": (
        "请重采样为正北朝上的栅格。",
        "Resample it to a grid that is north up.",
    ),
    "rule.terrain_square": ("像元应为正方形", "has square cells"),
    "hint.terrain_square": ("请重采样为正方形像元。", "Resample it to square cells."),
    "rule.terrain_empty": ("应有至少一个像元有高程", "has an elevation in at least one cell"),
    "hint.terrain_empty": (
        "请检查文件和无数据值的设定。",
        "Check the file and its value for no data.",
    ),
    "rule.terrain_elevation": (
        "高程应在 {low} 至 {high} 米之间",
        "has elevations from {low} to {high} m",
    ),
    "hint.terrain_elevation": (
        "该数可能表示无数据，请在文件中注明无数据值；或单位不是米，请换算为米。",
        "The number may stand for no data: state that value in the file. Or the unit is not metres: convert it.",
    ),
    "rule.terrain_same_shape": (
        "应与高程栅格同为 {shape} 个像元",
        "has {shape} cells, as the elevation has",
    ),
    "hint.terrain_same_shape": (
        "请重采样到高程栅格的格网。",
        "Resample it to the grid of the elevation.",
    ),
    "rule.terrain_codes": (
        "土地覆被应为整数代码（不小于 0）",
        "holds whole numbers of at least 0 as land cover codes",
    ),
    "hint.terrain_codes": (
        "请提供分类栅格，每个代码对应一种土地覆被。",
        "Give a raster of classes, in which each code is one kind of land cover.",
    ),
    # Reading the files.
    "rule.terrain_extra": (
        "读取栅格需要附加组件 terrain",
        "needs the extra 'terrain' to be read",
    ),
    "hint.terrain_extra": (
        "请安装 wushan-geo[terrain]。",
        "Install wushan-geo[terrain].",
    ),
    "rule.terrain_local": (
        "应为本机上的文件，不得为网络地址",
        "is a file on this computer and no address on a network",
    ),
    "hint.terrain_local": (
        "请先下载该栅格，再填写文件路径。",
        "Download the raster first, then name the file.",
    ),
    "rule.terrain_file": ("栅格文件应存在", "is a raster file that exists"),
    "hint.terrain_file": (
        "请核对文件名和所在文件夹。",
        "Check the name and the folder of the file.",
    ),
    "rule.terrain_readable": (
        "应为可读取且完整的栅格（如 GeoTIFF、.img、.asc）",
        "is a whole raster of a known kind (such as GeoTIFF, .img, .asc)",
    ),
    "hint.terrain_readable": (
        "请重新下载或另存为 GeoTIFF。",
        "Download it again, or save it as GeoTIFF.",
    ),
    "rule.terrain_one_band": ("应只有一个波段", "has one band"),
    "hint.terrain_one_band": (
        "请将所需波段另存为一个文件。",
        "Save the band that is meant as a file of its own.",
    ),
    "rule.terrain_unit": ("高程单位应为米", "has elevations in metres"),
    "hint.terrain_unit": ("请换算为米。", "Convert it to metres."),
    "rule.terrain_placed": (
        "应带有坐标位置",
        "carries its place in coordinates",
    ),
    "hint.terrain_placed": (
        "请从原系统连同坐标信息（.tfw、.prj 等）一并导出。",
        "Export it again with its coordinates (.tfw, .prj and the like beside it).",
    ),
    "rule.terrain_crs": ("应注明坐标参考系", "names its reference system"),
    "hint.terrain_crs": (
        "请补充 .prj 文件，或在读取时注明坐标系（如 EPSG:4490）。",
        "Put its .prj file beside it, or name the system when it is read (such as EPSG:4490).",
    ),
    "rule.terrain_crs_known": (
        "应为可识别的坐标参考系",
        "is a reference system that is known",
    ),
    "rule.terrain_crs_same": (
        "所注坐标系应与文件自带的坐标系（{own}）一致",
        "is the system that the file names ({own})",
    ),
    "hint.terrain_crs_same": (
        "请去掉另注的坐标系，或更正文件。",
        "Leave the named system out, or mend the file.",
    ),
    "rule.terrain_zone": (
        "应位于 CGCS2000 三度带范围内（东经 73.5° 至 136.5°）",
        "lies within the CGCS2000 zones (73.5 to 136.5 degrees east)",
    ),
    "hint.terrain_zone": (
        "请核对坐标系和坐标位置。",
        "Check the reference system and the place of the raster.",
    ),
    "rule.terrain_overlap": (
        "应与高程栅格的范围重叠",
        "overlaps the elevation",
    ),
    "hint.terrain_overlap": (
        "请核对坐标系，或使用覆盖本县的土地覆被。",
        "Check its reference system, or take land cover of this county.",
    ),
    # Places and codes against the rasters (study/fitting.py).
    "rule.terrain_factor": (
        "应为土地覆被中的每个代码给出系数（该代码 {cells} 个像元）",
        "has a factor for each code of the land cover ({cells} cells have this one)",
    ),
    "hint.terrain_factor": (
        "请在 [travel.terrain.factors] 中写明：1 与空地相同，0 不可通行。",
        "State it under [travel.terrain.factors]: 1 as on open ground, 0 a barrier.",
    ),
    "rule.terrain_factors_alone": (
        "没有土地覆被时不应给出系数",
        "is given only where there is land cover",
    ),
    "hint.terrain_factors_alone": (
        "请写明 land_cover，或删去 [travel.terrain.factors]。",
        "Name land_cover, or take out [travel.terrain.factors].",
    ),
    "rule.terrain_no_place": (
        "应覆盖本研究的村（社区）和机构（可步行的像元上：村 {villages} 个，机构 {facilities} 个）",
        "holds villages and facilities of the study (in cells that can be entered: {villages} villages, {facilities} facilities)",
    ),
    "hint.terrain_no_place": (
        "请使用覆盖本县的栅格，或核对其坐标系和点位的经纬度。",
        "Take a raster of this county, or check its reference system and the points' degrees.",
    ),
    "rule.terrain_outside": (
        "有 {count} 个村（社区）和机构不在栅格范围内，无法计算到达时间：{names}",
        "does not reach {count} villages and facilities, so that no time can be told for them: {names}",
    ),
    "rule.terrain_hole": (
        "有 {count} 个村（社区）和机构位于没有数据的像元，无法计算到达时间：{names}",
        "has no data in the cells of {count} villages and facilities, so that no time can be told for them: {names}",
    ),
    "rule.terrain_barrier": (
        "有 {count} 个村（社区）和机构位于不可通行的像元，无法计算到达时间：{names}",
        "has barriers in the cells of {count} villages and facilities, so that no time can be told for them: {names}",
    ),
    "hint.terrain_places": (
        "请扩大栅格范围、补全数据，或核对这些点位。",
        "Take a larger raster, fill its holes, or check these points.",
    ),
    # Notes: what was done.
    "rule.terrain_projected": (
        "已由“{own}”以双线性法重采样到 {crs}，像元 {cell} 米",
        "was resampled from {own} to {crs} by bilinear interpolation, cells of {cell} m",
    ),
    "hint.terrain_projected": (
        "坡度和长度须以米计。如需自定格网，请自行投影后提供。",
        "Slopes and lengths need metres. Project the raster yourself to choose another grid.",
    ),
    "rule.terrain_cover_moved": (
        "已以最近邻法重采样到高程格网（像元由 {own} 变为 {cell} 米）",
        "was resampled to the grid of the elevation by nearest neighbour (cells of {own} became {cell} m)",
    ),
    "hint.terrain_cover_moved": (
        "比像元窄的河流可能中断，请核对水面是否连续。",
        "Water narrower than a cell can get gaps: check that the rivers still hold together.",
    ),
    "rule.terrain_cover_part": (
        "有高程的像元中 {cells} 个（{share} %）没有土地覆被，不可通行",
        "is missing in {cells} cells that have an elevation ({share} %), which cannot be entered",
    ),
    "hint.terrain_cover_part": (
        "请使用覆盖整个高程范围的土地覆被，或裁剪高程。",
        "Take land cover of the whole extent, or cut the elevation to it.",
    ),
}
