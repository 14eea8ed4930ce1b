using Earshot.Protocol;
using Earshot.Server.Clients;

namespace Earshot.Server.Operations;

/// <summary>PING: a PONG in order with everything else; after the first one of a connected client the INFO about it.</summary>
internal static class ApplyPing
{
    public static void Apply(OperationContext context)
    {
        ClientConnection client = context.Client;
        context.Reply(ServerOperationWriter.Pong);
        if (client.HasConnected && !client.HasFirstPong)
        {
            client.HasFirstPong = true;
            if (client.Request.Protocol >= 1)
            {
                client.SendInfo(afterConnect: true);
            }
        }
    }
}
