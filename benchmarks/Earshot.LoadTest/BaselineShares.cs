namespace Earshot.LoadTest;

/// <summary>
/// What the rows of a run are compared with in the baseline: the raw limit, or for another form of a plain workload (a text, headers) the plain one of the
/// same run, which differs less from run to run and from machine to machine.
/// </summary>
internal static class BaselineShares
{
    private static readonly string[] s_plain = ["publish", "receive"];
    private static readonly string[] s_comparedWithRaw = ["receive-owner", "receive-defaults"];

    public static IReadOnlyList<BaselineShare> Of(IReadOnlyList<Row> rows) => [.. rows.Where(static row => !row.IsReference).Select(row => Of(row, rows)).OfType<BaselineShare>()];

    /// <summary>The share of one row; null when the plain workload was not measured in the same run.</summary>
    private static BaselineShare? Of(Row row, IReadOnlyList<Row> rows)
    {
        string? plain = s_comparedWithRaw.Contains(row.Workload) ? null : s_plain.FirstOrDefault(name => row.Workload.StartsWith($"{name}-", StringComparison.Ordinal));
        if (plain is null)
        {
            return new BaselineShare(row.Workload, row.Opponent, row.Size, row.ShareOfRaw);
        }

        Row? reference = rows.FirstOrDefault(other => !other.IsReference && other.Workload == plain && other.Opponent == row.Opponent && other.Size == row.Size);
        return reference is null ? null : new BaselineShare(row.Workload, $"{plain} ({row.Opponent})", row.Size, row.Median.Rate / reference.Median.Rate);
    }
}
