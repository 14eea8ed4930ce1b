using Earshot.Protocol;
using Earshot.Server.Clients;

namespace Earshot.Server.Operations;

/// <summary>What every operation of one client works on. Belongs to that client's read loop.</summary>
internal sealed class OperationContext(ServerState server, ClientConnection client)
{
    public ServerState Server => server;

    public ClientConnection Client => client;

    public Router Router { get; } = new(server, client);

    /// <summary>Appends to the client's own outbox; sent with the next flush, in order with everything else.</summary>
    public void Reply(ReadOnlySpan<byte> bytes)
    {
        client.Append(bytes);
        Router.Touch(client.Outbox);
    }

    public void ReplyOk()
    {
        if (client.Request.Verbose)
        {
            Reply(ServerOperationWriter.Ok);
        }
    }

    public void ReplyError(string text)
    {
        client.AppendError(text);
        Router.Touch(client.Outbox);
    }
}
