using Earshot.Protocol;

namespace Earshot.Server.Operations;

/// <summary>UNSUB: now, or after a number of messages counted from SUB. An unknown sid is no error.</summary>
internal static class ApplyUnsubscribe
{
    public static void Apply(OperationContext context, in ClientOperation operation)
    {
        if (context.Client.Find(operation.Sid) is { } subscription)
        {
            if (operation.MaxMessages > subscription.Delivered)
            {
                subscription.Max = operation.MaxMessages;
            }
            else
            {
                context.Client.Remove(subscription);
            }
        }

        context.ReplyOk();
    }
}
