namespace Earshot.JetStream;

/// <summary>The exception that is thrown when the server does not support a requested feature. Servers that ignore it are detected by their response.</summary>
public sealed class NatsJSFeatureNotSupportedException : NatsJSException, INatsDelivery
{
    /// <summary>Initializes the exception with the feature and the API levels.</summary>
    /// <param name="feature">The requested feature.</param>
    /// <param name="field">The name of the field in the request.</param>
    /// <param name="requiredLevel">The API level that supports the feature; null when it is not known.</param>
    /// <param name="serverLevel">The API level of the server; null when it is not known.</param>
    /// <param name="inner">The cause; null when there is none.</param>
    public NatsJSFeatureNotSupportedException(string feature, string field, int? requiredLevel = null, int? serverLevel = null, Exception? inner = null)
        : base($"The server does not support {feature} (field '{field}'{Levels(requiredLevel, serverLevel)}).", inner) =>
        (Feature, Field, RequiredLevel, ServerLevel) = (feature, field, requiredLevel, serverLevel);

    /// <summary>The requested feature, as text.</summary>
    public string Feature { get; }

    /// <summary>The name of the field in the request.</summary>
    public string Field { get; }

    /// <summary>The API level that supports the feature; null when it is not known.</summary>
    public int? RequiredLevel { get; }

    /// <summary>The API level of the server; null when it is not known.</summary>
    public int? ServerLevel { get; }

    /// <summary>The outcome of the operation: always <see cref="NatsOutcome.Rejected"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Rejected;

    private static string Levels(int? required, int? server) =>
        (required is null ? "" : $", API level {required} needed") + (server is null ? "" : $", the server has level {server}");
}
