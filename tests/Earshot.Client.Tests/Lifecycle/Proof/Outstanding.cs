namespace Earshot.Client.Tests.Lifecycle.Proof;

/// <summary>What the machine has ordered and waits for, besides dials and timers.</summary>
[Flags]
internal enum Outstanding
{
    None = 0,
    Selector = 1,
    DelayCallback = 2,
    SessionEnd = 4,
    Handover = 8,
    SubscriptionsDrained = 16,
    PublishersDrained = 32,
}
