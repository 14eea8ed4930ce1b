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

    public FaultyLinks(ServerState server)
    {
        _server = server;
    }

    /// <summary>Whether new connections start frozen.</summary>
    public bool IsFrozen { get; set; }

    public IClientLink Decorate(IClientLink link, ClientLinkOwner owner)
    {
        var faults = new LinkFaults();
        if (IsFrozen)
        {
            faults.Freeze(NatsFreeze.All);
        }

        owner.Assigned = client => _byClient.Add(client, faults);
        return new FaultyLink(link, faults, _server.Clock);
    }

    public NatsServerClientFaults Of(ClientConnection client) =>
        new(_server, client, _byClient.GetValue(client, static _ => new LinkFaults()));
}
