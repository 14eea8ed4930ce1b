using Earshot.Server.Clients;

namespace Earshot.Server.Listening;

/// <summary>Whose link it is; known only after the link has been made.</summary>
internal sealed class ClientLinkOwner
{
    /// <summary>Called once, before the first byte.</summary>
    public Action<ClientConnection>? Assigned { get; set; }
}
