using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>What can be subscribed to; everything else is refused before a byte is written.</summary>
internal static class SubscribeRules
{
    public static void Check(string subject, string? queueGroup)
    {
        SubjectRules.ThrowIfInvalidSubscribe(subject, nameof(subject));
        if (queueGroup is null)
        {
            return;
        }

        SubjectRules.ThrowIfInvalidQueueGroup(queueGroup, nameof(queueGroup));
        SubjectRules.ThrowIfControlLineTooLong(subject, queueGroup, nameof(queueGroup));
    }
}
