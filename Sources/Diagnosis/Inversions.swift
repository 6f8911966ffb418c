/// Pairs that stand in the wrong order, counted by a bottom-up merge sort in O(n log n).
enum Inversions {
  /// How many pairs i < j have `values[i] > values[j]`.
  static func count(_ values: [Double]) -> Int64 {
    var count: Int64 = 0
    mergeSort(values) { _, _, block in count += Int64(block.count) }
    return count
  }

  /// Calls `visit` for every block of inverted pairs: the sorted left half, the element of the
  /// right half, and the positions in the left half that are larger than it.
  static func mergeSort<Element: Comparable>(
    _ values: [Element], visit: (_ sorted: [Element], _ right: Element, _ block: Range<Int>) -> Void
  ) {
    var source = values
    var target = values
    var width = 1
    while width < source.count {
      var start = 0
      while start < source.count {
        let middle = min(start + width, source.count)
        let end = min(start + 2 * width, source.count)
        var (left, right, out) = (start, middle, start)
        while left < middle, right < end {
          if source[left] <= source[right] {
            target[out] = source[left]
            left += 1
          } else {
            visit(source, source[right], left..<middle)
            target[out] = source[right]
            right += 1
          }
          out += 1
        }
        while left < middle {
          target[out] = source[left]
          left += 1
          out += 1
        }
        while right < end {
          target[out] = source[right]
          right += 1
          out += 1
        }
        start = end
      }
      swap(&source, &target)
      width *= 2
    }
  }
}
