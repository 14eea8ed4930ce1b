using System.Text.Json;
using Earshot.Server.Access;
using Earshot.Server.Clients;

namespace Earshot.Server.Operations;

/// <summary>CONNECT: authenticates the client and sets its protocol options. A second one starts over without subscriptions.</summary>
internal static class ApplyConnect
{
    public static void Apply(OperationContext context, ReadOnlySpan<byte> json)
    {
        ClientConnection client = context.Client;
        ConnectRequest request;
        try
        {
            request = ConnectRequest.Read(json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            client.Close(ClosedReason.ProtocolViolation);
            return;
        }

        if (client.HasConnected)
        {
            client.RemoveAllSubscriptions();
        }

        client.Request = request;
        if (!IsAccepted(context, request))
        {
            return;
        }

        client.HasConnected = true;
        client.KeepAlive.NoteConnected();
        context.Server.Clients.NoteChanged();
        context.ReplyOk();
    }

    private static Claim ClaimOf(ClientConnection client, ConnectRequest request) =>
        new(request.User, request.Password, request.Token) { NKey = request.NKey, Signature = request.Signature, Nonce = client.Nonce };

    private static bool IsAccepted(OperationContext context, ConnectRequest request)
    {
        ClientConnection client = context.Client;
        Authenticator authenticator = context.Server.Authenticator;
        if (!string.IsNullOrEmpty(request.Account) || request.NewAccount
            || authenticator.Authenticate(ClaimOf(client, request)) is not { } user)
        {
            client.Close(ClosedReason.AuthenticationViolation, ErrorTexts.AuthorizationViolation);
            return false;
        }

        if (!client.TryBecome(user))
        {
            client.Close(ClosedReason.MaxAccountConnectionsExceeded, ErrorTexts.MaxAccountConnectionsExceeded);
            return false;
        }

        if (request.Protocol is < 0 or > 1)
        {
            client.Close(ClosedReason.BadClientProtocolVersion, ErrorTexts.InvalidClientProtocol);
            return false;
        }

        if (request.NoResponders && !(request.Headers && context.Server.Options.Headers))
        {
            client.Close(ClosedReason.NoRespondersRequiresHeaders, ErrorTexts.NoRespondersRequiresHeaders);
            return false;
        }

        return true;
    }
}
