using System.Text.Json;
using Earshot.Chaos.Core;
using Earshot.RealServer;

namespace Earshot.Chaos.JetStream;

/// <summary>Asks the monitoring of each node ten times a second whether it leads the stream, for the share of time in which publishes were possible.</summary>
internal sealed class LeaderWatch(NatsCluster cluster, string stream, RunClock clock) : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMilliseconds(250) };
    private readonly HashSet<int> _led = [];

    /// <summary>The tenths of a second in which a node said that it leads the stream.</summary>
    public IReadOnlyCollection<int> Led => _led;

    public RunClock Clock => clock;

    public async Task RunAsync(CancellationToken stop)
    {
        using var beat = new PeriodicTimer(s_period, TimeProvider.System);
        while (await beat.WaitAsync(stop))
        {
            int tenth = clock.Millisecond / 100;
            bool[] leads = await Task.WhenAll(cluster.Nodes.Where(node => node.IsRunning).Select(LeadsAsync));
            if (leads.Contains(true))
            {
                _led.Add(tenth);
            }
        }
    }

    /// <summary>The node that leads the group of all servers; null when there is none.</summary>
    public async Task<NatsServerProcess?> FindMetaLeaderAsync()
    {
        foreach (NatsServerProcess node in cluster.Nodes.Where(node => node.IsRunning))
        {
            using JsonDocument? page = await AskAsync(node, "jsz");
            if (page is not null && page.RootElement.TryGetProperty("meta_cluster", out JsonElement meta) && meta.TryGetProperty("leader", out JsonElement leader))
            {
                return cluster.Nodes.FirstOrDefault(other => other.Name == leader.GetString());
            }
        }

        return null;
    }

    /// <summary>The node that leads the stream; null when there is none.</summary>
    public async Task<NatsServerProcess?> FindLeaderAsync()
    {
        foreach (NatsServerProcess node in cluster.Nodes.Where(node => node.IsRunning))
        {
            if (await LeadsAsync(node))
            {
                return node;
            }
        }

        return null;
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> LeadsAsync(NatsServerProcess node)
    {
        using JsonDocument? page = await AskAsync(node, "jsz?accounts=true&streams=true");
        return page is not null && page.RootElement.TryGetProperty("account_details", out JsonElement accounts)
            && accounts.EnumerateArray().SelectMany(account => account.TryGetProperty("stream_detail", out JsonElement streams) ? [.. streams.EnumerateArray()] : Array.Empty<JsonElement>())
                .Any(found => found.GetProperty("name").GetString() == stream
                    && found.TryGetProperty("cluster", out JsonElement group) && group.TryGetProperty("leader", out JsonElement leader) && leader.GetString() == node.Name);
    }

    private async Task<JsonDocument?> AskAsync(NatsServerProcess node, string page)
    {
        try
        {
            return JsonDocument.Parse(await _http.GetByteArrayAsync(new Uri(node.MonitoringUrl, page)));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            return null; // killed or frozen
        }
    }
}
