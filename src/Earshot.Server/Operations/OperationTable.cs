using Earshot.Protocol;
using Earshot.Server.Clients;

namespace Earshot.Server.Operations;

/// <summary>Maps verbs to the types that apply them, and lists the verbs that are allowed before CONNECT.</summary>
internal static class OperationTable
{
    public static void Apply(OperationContext context, in ClientOperation operation)
    {
        if (context.Client.NeedsAuthentication && operation.Kind != ClientOperationKind.Connect && !TryBecomeDefaultUser(context))
        {
            context.Client.Close(ClosedReason.AuthenticationViolation, ErrorTexts.AuthorizationViolation);
            return;
        }

        switch (operation.Kind)
        {
            case ClientOperationKind.Publish or ClientOperationKind.HeadersPublish:
                ApplyPublish.Apply(context, operation);
                break;
            case ClientOperationKind.Subscribe:
                ApplySubscribe.Apply(context, operation);
                break;
            case ClientOperationKind.Unsubscribe:
                ApplyUnsubscribe.Apply(context, operation);
                break;
            case ClientOperationKind.Ping:
                ApplyPing.Apply(context);
                break;
            case ClientOperationKind.Pong:
                context.Client.KeepAlive.NotePong();
                break;
            case ClientOperationKind.Connect:
                ApplyConnect.Apply(context, operation.Json);
                break;
            case ClientOperationKind.Error:
                context.Client.Close(ClosedReason.ParseError);
                break;
            case ClientOperationKind.Info or ClientOperationKind.Ok:
                break;
        }
    }

    private static bool TryBecomeDefaultUser(OperationContext context) =>
        context.Server.Authenticator.Default is { } user && context.Client.TryBecome(user);
}
