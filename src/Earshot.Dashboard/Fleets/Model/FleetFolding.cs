namespace Earshot.Dashboard.Fleets;

/// <summary>Which connections have a row: those with a loss, below their services and hosts; or those that one looks for. Pure.</summary>
internal static class FleetFolding
{
    /// <summary>Rows of connections at most; the others are counted.</summary>
    internal const int MostRows = 120;

    private const int MostServices = 60;

    /// <summary>Returns rows: headings of services and hosts, and the connections below them.</summary>
    /// <param name="connections">All connections.</param>
    /// <param name="search">A part of a name, service, host or id; null: only those with a loss.</param>
    internal static IReadOnlyList<FleetRow> Fold(IReadOnlyList<FleetConnection> connections, string? search)
    {
        var rows = new List<FleetRow>();
        int left = MostRows;
        IEnumerable<IGrouping<string, FleetConnection>> services = connections.GroupBy(connection => connection.ServiceName, StringComparer.Ordinal)
            .OrderByDescending(service => service.Count(connection => IsShown(connection, search))).ThenBy(service => service.Key, StringComparer.Ordinal);
        foreach (IGrouping<string, FleetConnection> service in services.Where(service => search is null || service.Any(connection => IsShown(connection, search))).Take(MostServices))
        {
            rows.Add(Heading(service.Key, 1, [.. service], search));
            IEnumerable<IGrouping<string, FleetConnection>> hosts = service.Where(connection => IsShown(connection, search)).GroupBy(connection => connection.HostName, StringComparer.Ordinal)
                .OrderByDescending(host => host.Count()).ThenBy(host => host.Key, StringComparer.Ordinal);
            foreach (IGrouping<string, FleetConnection> host in hosts.Where(_ => left > 0))
            {
                rows.Add(Heading(host.Key, 2, [.. service.Where(connection => connection.HostName == host.Key)], search));
                FleetConnection[] shown = [.. host.OrderBy(connection => connection.Losses.Select(loss => loss.From).DefaultIfEmpty(DateTimeOffset.MaxValue).Min()).ThenBy(connection => connection.Key, StringComparer.Ordinal).Take(left)];
                left -= shown.Length;
                rows.AddRange(shown.Select(connection => new FleetRow(connection, connection.Name ?? connection.Key)));
            }
        }

        return rows;
    }

    private static FleetRow Heading(string name, int level, IReadOnlyList<FleetConnection> all, string? search)
    {
        int shown = all.Count(connection => IsShown(connection, search));
        string what = search is null ? "affected" : "found";
        string count = all.Count == 1 ? "1 connection" : $"{all.Count} connections";
        return new FleetRow(null, shown == 0 ? $"{name}: {count}, none {what}" : shown == all.Count ? $"{name}: {(all.Count == 1 ? $"1 connection, {what}" : $"{count}, all {what}")}" : $"{name}: {count}, {shown} {what}") { Level = level };
    }

    private static bool IsShown(FleetConnection connection, string? search) => search is null
        ? connection.Losses.Count > 0
        : Has(connection.Name, search) || Has(connection.ServiceName, search) || Has(connection.HostName, search) || Has(connection.Key, search) || connection.Sessions.Any(session => Has(session.Server, search));

    private static bool Has(string? text, string search) => text?.Contains(search, StringComparison.OrdinalIgnoreCase) == true;
}
