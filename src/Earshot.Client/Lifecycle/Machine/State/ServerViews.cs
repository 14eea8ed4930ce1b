using System.Net;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>The servers of the pool as events and the application see them.</summary>
internal readonly struct ServerViews(MachineState state, TimeSpan now, DateTimeOffset wallClock)
{
    /// <summary>The pool counts ended sessions only, so the live one is added.</summary>
    public NatsServer Of(PoolServer server, EndPoint? endpoint = null, NatsServerInfo? info = null, TimeSpan? connected = null)
    {
        connected ??= state.Live is { } live && live.ServerId == server.Id ? live.Started : server.LastConnected;
        bool hasNoHistory = endpoint is null && info is null && connected is null && server.IsUntried;
        return hasNoHistory && state.Options.InitialViews.TryGetValue(server.Address, out NatsServer? untried)
            ? untried
            : new NatsServer
            {
                Url = server.Address.Url,
                Endpoint = endpoint,
                Id = info?.Id,
                Name = info?.Name,
                Cluster = info?.Cluster,
                Version = info?.Version,
                IsDiscovered = server.IsDiscovered,
                IsLameDuck = server.IsLameDuck,
                IsParked = server.IsParked,
                Attempts = server.Attempts,
                LastError = server.LastError,
                LastConnected = connected is { } at ? wallClock - (now - at) : null,
            };
    }

    public IReadOnlyList<NatsServer> OfPool()
    {
        var servers = new NatsServer[state.Pool.Servers.Length];
        for (int i = 0; i < servers.Length; i++)
        {
            servers[i] = Of(state.Pool.Servers[i]);
        }

        return servers;
    }
}
