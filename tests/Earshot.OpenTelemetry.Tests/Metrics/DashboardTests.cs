using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Earshot.OpenTelemetry.Tests.Metrics;

/// <summary>The dashboard shows only metrics that are documented, and hence recorded, by the names that Prometheus gives them.</summary>
public sealed partial class DashboardTests
{
    [Fact]
    public void Every_metric_of_the_dashboard_is_documented()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(DocumentedInstruments.Docs, "observability", "nats-client.json")));
        string[] used = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .SelectMany(target => Metric.Matches(target.GetProperty("expr").GetString()!).Select(match => match.Value))
            .Distinct()];
        var known = DocumentedInstruments.All.SelectMany(entry => InPrometheus(entry.Key, entry.Value.Unit)).ToHashSet();
        Assert.NotEmpty(used);
        Assert.Empty(used.Except(known));
    }

    [GeneratedRegex(@"\b(nats_client|messaging|earshot)_\w+(?=\{)")]
    private static partial Regex Metric { get; }

    private static IEnumerable<string> InPrometheus(string name, string unit)
    {
        string flat = name.Replace('.', '_');
        return unit == "s" ? [$"{flat}_seconds_bucket", $"{flat}_seconds_count"] : [flat, $"{flat}_total"];
    }
}
