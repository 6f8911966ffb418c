import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import KnowledgeBase
import SQLite
import System

@testable import Service
@testable import UseCases
@testable import Web

/// A log in the layout of `typeperf`, made by rule: `EXTRA` leaks three handles a second,
/// `LSASS` stands still, `SPOOLSS` goes up and down.
enum TestLog {
  static func pdh(rows: Int = 240) -> String {
    var lines = [
      #""(PDH-CSV 4.0) (GMT Standard Time)(0)","#
        + #""\\PLC-07\Process(EXTRA)\Handle Count","\\PLC-07\Process(SPOOLSS)\Handle Count","#
        + #""\\PLC-07\Process(LSASS)\Handle Count""#
    ]
    for row in 0..<rows {
      let time = "03/01/1999 08:\(two(row / 60)):\(two(row % 60)).000"
      let spooler = 50 + (row * 7_919) % 13
      lines.append(
        #""\#(time)","\#(800 + row * 3).000000","\#(spooler).000000","143.000000""#)
    }
    return lines.joined(separator: "\r\n") + "\r\n"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
