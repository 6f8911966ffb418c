import KnowledgeBase
import Testing

@Suite("Levels and ladders")
struct ServicePackTests {
  @Test("every level of every ladder is written as it is read")
  func roundTrip() {
    for level in ProductCatalogue.builtIn.levels + ServicePack.allCases {
      #expect(ServicePack(rawValue: level.rawValue) == level)
    }
  }

  @Test("the order fits every ladder, and ladders begin with the release")
  func order() {
    // Systems that no article is about have none.
    for product in ProductCatalogue.builtIn.products where !product.levels.isEmpty {
      #expect(product.ladder == product.ladder.sorted(), "\(product.id)")
      #expect(Set(product.ladder).count == product.ladder.count, "\(product.id)")
      #expect(product.ladder.first == .rtm, "\(product.id)")
    }
    let names = ["RTM", "SR-1", "SR-1a", "SR-2b", "SP1", "SP6", "SP6a", "OSR2", "OSR2.5", "SRP"]
    #expect(names.compactMap(ServicePack.init(rawValue:)).sorted().map(\.id) == names)
  }

  @Test(
    "what is no level is refused",
    arguments: [
      "", "SP", "SP0", "SP01", "SP100", "SP3z", "SP3ab", "sp3", "SR1", "SR-", "OSR2.", "OSR2a",
      "OSR2.0", "OSR2.55", "SP3.1", "UR", "SP１", "RTM ",
    ])
  func refused(text: String) { #expect(ServicePack(rawValue: text) == nil) }

  @Test("ids are unique, and ids, names and aliases find their product")
  func products() {
    let catalogue = ProductCatalogue.builtIn
    #expect(Set(catalogue.products.map(\.id)).count == catalogue.products.count)
    for product in catalogue.products {
      #expect(catalogue[product.id] == product)
      for name in [product.id.rawValue, product.name] + product.aliases {
        #expect(catalogue.product(named: name)?.id == product.id, "\(name)")
      }
    }
  }

  @Test("every level of every product is read by its id and by what its hosts say")
  func everyLevel() {
    for product in ProductCatalogue.builtIn.products {
      for level in product.levels {
        for text in [level.servicePack.id, level.reportedAs, level.servicePack.id.lowercased()] {
          guard case .candidates(let levels, _) = ReportedLevel(text, of: product) else {
            Issue.record("\(product.id): \(text)")
            continue
          }
          #expect(!levels.isEmpty, "\(product.id): \(text)")
          if text != level.reportedAs {
            #expect(levels.contains(level.servicePack), "\(product.id): \(text)")
          }
        }
      }
    }
  }

  @Test("no product's name is the end of its id")
  func names() {
    for product in ProductCatalogue.builtIn.products {
      for word in product.name.split(separator: " ") {
        // A version may begin with a digit; `ActiveX` and `2.5a` are names, `xp` is none.
        #expect(
          word == "for" || word == "and" || word == "macOS" || word.first?.isLowercase == false,
          "\(product.name)")
        #expect(!word.contains("-"), "\(product.name)")
      }
    }
  }

  @Test(
    "a host's words for another product's level are read on that product's ladder alone",
    arguments: [
      ("Exchange Server 5.5 Service Pack 2", "exchange-server-5.5", "SP2"),
      ("SP3", "sna-server-4.0", "SP3"), ("SR-1", "word-97", "SR-1"),
      ("Service Release 2", "office-97", "SR-2"), ("", "visual-studio-6.0", "RTM"),
    ])
  func reported(text: String, id: String, level: String) throws {
    let catalogue = ProductCatalogue.builtIn
    let product = try #require(catalogue[ProductID(rawValue: id)])
    #expect(
      ReportedLevel(text, of: product)
        == .candidates([try #require(ServicePack(rawValue: level))], note: nil))
    #expect(
      ReportedLevel("Windows NT 4.0 Service Pack 2", of: product) == .unrecognised)
  }

  @Test(
    "the system of a product is known, also in the words of a host",
    arguments: [
      ("windows-nt-server-4.0", OperatingSystem.windowsNT), ("windows-nt-3.51", .windowsNT),
      ("windows-2000", .laterWindows), ("windows-10", .laterWindows),
      ("windows-server-2012-r2", .laterWindows), ("Windows Server 2025", .laterWindows),
      ("Microsoft Windows Server 2019 Standard", .laterWindows),
      ("Windows 11 Pro 23H2", .laterWindows), ("windows-98", .windowsOnDOS), ("linux", .unix),
      ("macOS", .unix), ("Ubuntu 24.04 LTS", .unix), ("exchange-server-5.5", nil),
      ("no-such-product", nil), ("Windows NT Server 4.0", .windowsNT),
    ])
  func systems(name: String, system: OperatingSystem?) {
    #expect(ProductCatalogue.builtIn.operatingSystem(named: name) == system)
  }

  @Test("articles are not searched for the names of later systems")
  func laterSystemsAreNoRules() {
    let catalogue = ProductCatalogue.builtIn
    #expect(catalogue.products(appliedTo: ["Microsoft Windows Server 2003", "Linux"]).isEmpty)
    #expect(catalogue.product(named: "windows-server-2003")?.levels.isEmpty == true)
  }
}
