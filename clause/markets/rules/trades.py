"""Usual share of labour by trade (OBJ-03): orders of magnitude of facilitators' grids, shown and never imposed."""

from __future__ import annotations

from dataclasses import dataclass

from clause.kernel.codes import Code


class Trade(Code):
    BUILDING_ALL = "building_all", "Bâtiment, moyenne tous lots"
    DEMOLITION = "demolition", "Démolition, désamiantage"
    EARTHWORKS_VRD = "earthworks_vrd", "Terrassement, VRD, voirie"
    STRUCTURAL = "structural", "Gros œuvre, maçonnerie"
    TIMBER_ROOF = "timber_roof", "Charpente bois, couverture, zinguerie"
    STEEL_FRAME = "steel_frame", "Charpente métallique"
    WATERPROOFING = "waterproofing", "Étanchéité"
    FACADE_ITE = "facade_ite", "Façade, ravalement, isolation par l'extérieur"
    EXTERNAL_JOINERY = "external_joinery", "Menuiseries extérieures"
    INTERNAL_JOINERY = "internal_joinery", "Menuiseries intérieures"
    METALWORK = "metalwork", "Métallerie, serrurerie"
    DRYLINING = "drylining", "Cloisons, doublages, plâtrerie"
    TILING = "tiling", "Carrelage, faïence"
    FLOORING = "flooring", "Sols souples"
    PAINTING = "painting", "Peinture intérieure"
    PLUMBING_HVAC = "plumbing_hvac", "Plomberie, chauffage, ventilation"
    ELECTRICAL = "electrical", "Électricité"
    LIFTS = "lifts", "Ascenseurs"
    LANDSCAPING_WORKS = "landscaping_works", "Espaces verts, création"
    LANDSCAPING_UPKEEP = "landscaping_upkeep", "Espaces verts, entretien"
    CLEANING = "cleaning", "Nettoyage de locaux"
    SECURITY = "security", "Gardiennage, sécurité"
    WASTE = "waste", "Collecte et tri des déchets"
    CATERING = "catering", "Restauration, traiteur"
    REMOVAL = "removal", "Déménagement, manutention"
    TRANSPORT = "transport", "Transport de personnes, messagerie"
    MAINTENANCE = "maintenance", "Maintenance multitechnique"
    INTELLECTUAL = "intellectual", "Prestations intellectuelles, numérique"
    PRINTING = "printing", "Imprimerie"
    LAUNDRY = "laundry", "Blanchisserie"
    SUPPLIES = "supplies", "Fournitures"


@dataclass(frozen=True)
class LabourShare:
    """Ten-thousandths: the default, and the usual range where one is known."""

    default: int
    low: int | None = None
    high: int | None = None


T = Trade
LABOUR_SHARES: dict[Trade, LabourShare] = {
    T.BUILDING_ALL: LabourShare(5000, 3000, 5500),
    T.DEMOLITION: LabourShare(4000, 3000, 6000),
    T.EARTHWORKS_VRD: LabourShare(3000, 2000, 4000),
    T.STRUCTURAL: LabourShare(5000, 4000, 5500),
    T.TIMBER_ROOF: LabourShare(4000, 3500, 5000),
    T.STEEL_FRAME: LabourShare(2000, 1500, 3000),
    T.WATERPROOFING: LabourShare(4000, 3000, 4500),
    T.FACADE_ITE: LabourShare(5000, 4000, 6500),
    T.EXTERNAL_JOINERY: LabourShare(2500, 2000, 3500),
    T.INTERNAL_JOINERY: LabourShare(3500, 3000, 4500),
    T.METALWORK: LabourShare(3500, 3000, 4500),
    T.DRYLINING: LabourShare(5000, 4500, 6000),
    T.TILING: LabourShare(5000, 4000, 6000),
    T.FLOORING: LabourShare(4000, 3500, 5000),
    T.PAINTING: LabourShare(7000, 6000, 7500),
    T.PLUMBING_HVAC: LabourShare(4000, 3000, 4500),
    T.ELECTRICAL: LabourShare(4000, 3000, 5000),
    T.LIFTS: LabourShare(2000, 1500, 3000),
    T.LANDSCAPING_WORKS: LabourShare(4000, 3500, 5000),
    T.LANDSCAPING_UPKEEP: LabourShare(7000, 6000, 8000),
    T.CLEANING: LabourShare(8000, 7500, 9000),
    T.SECURITY: LabourShare(8500, 8000, 9000),
    T.WASTE: LabourShare(5000, 4000, 6500),
    T.CATERING: LabourShare(4000, 3500, 5000),
    T.REMOVAL: LabourShare(7000, 6000, 8000),
    T.TRANSPORT: LabourShare(5000, 4000, 6000),
    T.MAINTENANCE: LabourShare(5000, 4000, 6000),
    T.INTELLECTUAL: LabourShare(8000, 7000, 9000),
    T.PRINTING: LabourShare(3000),
    T.LAUNDRY: LabourShare(5000),
    T.SUPPLIES: LabourShare(500, 0, 1000),
}
