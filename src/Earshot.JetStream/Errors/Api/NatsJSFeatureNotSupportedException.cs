namespace Earshot.JetStream;

/// <summary>The server does not know what was asked for. Old servers accept some of it and ignore it; the answer was compared.</summary>
public sealed class NatsJSFeatureNotSupportedException : NatsJSException, INatsDelivery
{
    /// <summary>Makes the exception.</summary>
    /// <param name="feature">What was asked for.</param>
    /// <param name="field">Name of the field in the request.</param>
    /// <param name="requiredLevel">API level that has it; null when not known.</param>
    /// <param name="serverLevel">API level of the server; null when not known.</param>
    /// <param name="inner">The cause, if one is known.</param>
    public NatsJSFeatureNotSupportedException(string feature, string field, int? requiredLevel = null, int? serverLevel = null, Exception? inner = null)
        : base($"The server does not support {feature} (field '{field}'{Levels(requiredLevel, serverLevel)}).", inner) =>
        (Feature, Field, RequiredLevel, ServerLevel) = (feature, field, requiredLevel, serverLevel);

    /// <summary>What was asked for.</summary>
    public string Feature { get; }

    /// <summary>Name of the field in the request.</summary>
    public string Field { get; }

    /// <summary>API level that has it; null when not known.</summary>
    public int? RequiredLevel { get; }

    /// <summary>API level of the server; null when not known.</summary>
    public int? ServerLevel { get; }

    /// <summary>Always <see cref="NatsOutcome.Rejected"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Rejected;

    private static string Levels(int? required, int? server) =>
        (required is null ? "" : $", API level {required} needed") + (server is null ? "" : $", the server has level {server}");
}
