namespace Earshot.Subscriptions;

/// <summary>How events name a target that is no subscription of the application: the inbox of requests, or an extension's.</summary>
internal sealed record TargetView(string Subject, string? QueueGroup, string Sid) : INatsSub
{
    public NatsSubStats Stats => default;
}
