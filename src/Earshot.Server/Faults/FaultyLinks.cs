using System.Runtime.CompilerServices;
using Earshot.Server.Clients;
using Earshot.Server.Links;
using Earshot.Server.Listening;

namespace Earshot.Server.Faults;

/// <summary>Puts a faulty link around every new connection and finds it again for the handle of its client.</summary>
internal sealed class FaultyLinks
{
    private readonly ConditionalWeakTable<ClientConnection, LinkFaults> _byClient = [];
    private readonly ServerState _server;

    // No client is added between a fault for all clients and its targets.
    private readonly Lock _lock = new();

    // How new connections start.
    private NatsTestServerFreeze? _frozen;

    public FaultyLinks(ServerState server)
    {
        _server = server;
    }

    public IClientLink Decorate(IClientLink link, ClientLinkOwner owner)
    {
        var faults = new LinkFaults();
        owner.Assigned += client =>
        {
            lock (_lock)
            {
                _byClient.Add(client, faults);
                if (_frozen is { } what)
                {
                    Of(client).Freeze(what);
                }
            }
        };
        return new FaultyLink(link, faults, _server.Clock);
    }

    /// <summary>Freezes all clients that are there, and those that come until the thaw.</summary>
    public void Freeze(NatsTestServerFreeze what)
    {
        lock (_lock)
        {
            _frozen = (_frozen ?? 0) | what;
            ForAll(faults => faults.Freeze(what));
        }
    }

    /// <summary>Ends every fault of every link.</summary>
    public void Thaw()
    {
        lock (_lock)
        {
            _frozen = null;
            ForAll(faults => faults.Thaw());
        }
    }

    public NatsTestServerClientFaults Of(ClientConnection client) =>
        new(_server, client, _byClient.GetValue(client, static _ => new LinkFaults()));

    private void ForAll(Action<NatsTestServerClientFaults> act)
    {
        foreach ((ClientConnection? client, LinkFaults _) in _byClient)
        {
            act(Of(client));
        }
    }
}
