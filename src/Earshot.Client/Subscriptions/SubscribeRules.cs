using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>What can be subscribed to; everything else is refused before a byte is written.</summary>
internal static class SubscribeRules
{
    [ForExtensions]
    public static void Check(string subject, string? queueGroup, int maxControlLine)
    {
        SubjectRules.ThrowIfInvalidSubscribe(subject, nameof(subject), maxControlLine);
        if (queueGroup is null)
        {
            return;
        }

        SubjectRules.ThrowIfInvalidQueueGroup(queueGroup, nameof(queueGroup), maxControlLine);
        SubjectRules.ThrowIfControlLineTooLong(subject, queueGroup, nameof(queueGroup), maxControlLine);
    }
}
