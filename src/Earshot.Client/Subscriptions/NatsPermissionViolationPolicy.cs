namespace Earshot;

/// <summary>What happens to a subscription that the server refuses, at once or after a reload of its permissions.</summary>
public enum NatsPermissionViolationPolicy
{
    /// <summary>It ends with a <see cref="NatsPermissionViolationException"/>, which reading it throws.</summary>
    End,

    /// <summary>
    /// It stays, and subscribes again: after 1 s, then after twice the time before, up to 60 s, and at once when the server sends a new
    /// INFO or a new session begins. Each refusal is a <see cref="NatsSubscriptionRetryingEvent"/>.
    /// </summary>
    Retry,
}
