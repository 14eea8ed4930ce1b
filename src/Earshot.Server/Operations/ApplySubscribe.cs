using Earshot.Protocol;
using Earshot.Server.Access;
using Earshot.Server.Clients;
using Earshot.Server.Routing;

namespace Earshot.Server.Operations;

/// <summary>SUB: refusals cost the subscription and never the connection; a sid that is in use is ignored.</summary>
internal static class ApplySubscribe
{
    public static void Apply(OperationContext context, in ClientOperation operation)
    {
        ClientConnection client = context.Client;
        if (Refusal(context, operation) is { } refusal)
        {
            context.ReplyError(refusal);
            return;
        }

        if (client.Find(operation.Sid) is null)
        {
            if (!SubjectForm.IsValidSubscription(operation.Subject))
            {
                context.ReplyError(ErrorTexts.InvalidSubject);
                return;
            }

            byte[]? queue = operation.QueueGroup.IsEmpty ? null : operation.QueueGroup.ToArray();
            var subscription = new Subscription(client, operation.Subject.ToArray(), queue, operation.Sid.ToArray());
            subscription.IsFiltered = client.Permissions.NeedsDeliveryFilter(subscription.Subject);
            client.Add(subscription);
        }

        context.ReplyOk();
    }

    private static string? Refusal(OperationContext context, in ClientOperation operation)
    {
        ClientConnection client = context.Client;
        if (ReservedSubjects.IsQueue(operation.QueueGroup) || !client.Permissions.MaySubscribe(operation.Subject, operation.QueueGroup))
        {
            return ErrorTexts.SubscribeViolation(operation.Subject, operation.QueueGroup);
        }

        int tokens = context.Server.Options.MaxSubscriptionTokens;
        if (tokens > 0 && SubjectForm.CountTokens(operation.Subject) > tokens)
        {
            return ErrorTexts.TooManyTokens(operation.Subject);
        }

        return client.MaxSubscriptions > 0 && client.Subscriptions.Count >= client.MaxSubscriptions ? ErrorTexts.MaxSubscriptionsExceeded : null;
    }
}
