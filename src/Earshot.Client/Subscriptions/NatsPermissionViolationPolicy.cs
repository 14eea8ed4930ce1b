namespace Earshot;

/// <summary>What happens to a subscription that the server rejects, when it is created or after a reload of its permissions.</summary>
public enum NatsPermissionViolationPolicy
{
    /// <summary>The subscription ends with a <see cref="NatsPermissionViolationException"/>, which its reader throws.</summary>
    End,

    /// <summary>
    /// The subscription stays and is sent again after 1 s, then after twice the previous delay, up to 60 s, and immediately at the next INFO
    /// or in the next session. Each rejection raises a <see cref="NatsSubscriptionRetryingEvent"/>.
    /// </summary>
    Retry,
}
