using System.Collections.Concurrent;
using Earshot.Server.Clients;

namespace Earshot.Server.JetStream;

/// <summary>JetStream of each account of one server.</summary>
internal sealed class JetStreamServices : IDisposable
{
    private readonly ConcurrentDictionary<string, JetStreamService> _services = new();
    private readonly ServerState _server;

    /// <param name="server">The server, whose accounts get a JetStream each.</param>
    /// <param name="trace">Receives what happens, in words; null: it is not recorded.</param>
    public JetStreamServices(ServerState server, Action<string>? trace)
    {
        _server = server;
        JetStreamTrace? words = trace is null ? null : new JetStreamTrace(trace);
        server.AccountAdded = account => _services[account.Name] = new JetStreamService(server, account, words);
        server.Stopped = Stop;
    }

    public JetStreamService Of(string account) => _services[_server.AccountOf(account).Name];

    private void Stop()
    {
        foreach (JetStreamService service in _services.Values)
        {
            service.Change(static account => account.Stop());
        }
    }

    public void Dispose()
    {
        foreach (JetStreamService service in _services.Values)
        {
            service.Dispose();
        }
    }
}
