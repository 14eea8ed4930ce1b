using System.Collections.Concurrent;
using Earshot.Server.Clients;

namespace Earshot.Server.JetStream;

/// <summary>JetStream of each account of one server.</summary>
internal sealed class JetStreamServices : IDisposable
{
    private readonly ConcurrentDictionary<string, JetStreamService> _services = new();

    public JetStreamServices(ServerState server) => server.AccountAdded = account => _services[account.Name] = new JetStreamService(server, account);

    public JetStreamService? Find(string account) => _services.GetValueOrDefault(account);

    public void Dispose()
    {
        foreach (JetStreamService service in _services.Values)
        {
            service.Dispose();
        }
    }
}
