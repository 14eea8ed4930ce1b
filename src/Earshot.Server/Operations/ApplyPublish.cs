using System.Buffers;
using Earshot.Protocol;
using Earshot.Server.Access;
using Earshot.Server.Clients;
using Earshot.Server.Routing;

namespace Earshot.Server.Operations;

/// <summary>PUB and HPUB: permissions, then routing, then the status for no responders.</summary>
internal static class ApplyPublish
{
    public static void Apply(OperationContext context, in ClientOperation operation)
    {
        ClientConnection client = context.Client;
        if (operation.Kind == ClientOperationKind.HeadersPublish && !(client.Request.Headers && context.Server.Options.Headers))
        {
            client.Close(ClosedReason.ProtocolViolation);
            return;
        }

        var message = new RoutedMessage
        {
            Subject = operation.Subject,
            ReplyTo = operation.ReplyTo,
            Headers = operation.Headers,
            Payload = operation.Payload,
        };
        client.CountIn(message.Size);
        if (client.Request.Pedantic && !SubjectForm.IsLiteral(message.Subject))
        {
            context.ReplyError(ErrorTexts.InvalidPublishSubject);
        }

        if (!IsAllowed(context, message))
        {
            return;
        }

        context.ReplyOk();
        context.Server.Published?.Invoke(client, message);
        if (context.Router.Route(message) == 0 && !message.ReplyTo.IsEmpty && client.Request.NoResponders)
        {
            AnswerNoResponders(context, message);
        }
    }

    private static bool IsAllowed(OperationContext context, in RoutedMessage message)
    {
        PermissionSet permissions = context.Client.Permissions;
        if (ReservedSubjects.IsPublish(message.Subject) || (permissions.LimitsPublishing && !permissions.MayPublish(message.Subject)
            && !context.Client.Responses.TryUse(message.Subject, permissions.Source.ResponseExpiry)))
        {
            context.ReplyError(ErrorTexts.PublishViolation(message.Subject));
            return false;
        }

        if (ReservedSubjects.IsReply(message.ReplyTo))
        {
            context.ReplyError(ErrorTexts.ReplyViolation(message.ReplyTo));
            return false;
        }

        return true;
    }

    // Told is only a publisher that listens to the reply subject itself, without a queue group.
    private static void AnswerNoResponders(OperationContext context, in RoutedMessage message)
    {
        foreach (Subscription subscription in context.Client.Subscriptions)
        {
            if (subscription.Queue is not null || !SubjectForm.Matches(subscription.Subject, message.ReplyTo))
            {
                continue;
            }

            var headers = new ArrayBufferWriter<byte>(64);
            headers.Write("NATS/1.0 503\r\nNats-Subject: "u8);
            headers.Write(message.Subject);
            headers.Write("\r\n\r\n"u8);
            context.Client.Outbox.AppendMessage(
                subscription.Sid, new RoutedMessage { Subject = message.ReplyTo, Headers = headers.WrittenSpan }, withHeaders: true);
            context.Router.Touch(context.Client.Outbox);
            return;
        }
    }
}
