using System.Collections.Concurrent;
using Earshot.Server.Clients;

namespace Earshot.Server.JetStream;

/// <summary>JetStream of each account of one server.</summary>
internal sealed class JetStreamServices : IDisposable
{
    private readonly ConcurrentDictionary<string, JetStreamService> _services = new();
    private readonly ServerState _server;

    public JetStreamServices(ServerState server)
    {
        _server = server;
        server.AccountAdded = account => _services[account.Name] = new JetStreamService(server, account);
    }

    public JetStreamService Of(string account) => _services[_server.AccountOf(account).Name];

    public void Dispose()
    {
        foreach (JetStreamService service in _services.Values)
        {
            service.Dispose();
        }
    }
}
