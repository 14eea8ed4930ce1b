using System.Globalization;

namespace Earshot.JetStream.Requests;

/// <summary>
/// Checks before the first message that a stream has a feature. Servers before the feature store its messages as ordinary ones, which
/// cannot be undone.
/// </summary>
internal static class StreamFeatures
{
    private const string LevelKey = "_nats.level";

    /// <summary>Reads the info of a stream and checks that its configuration has the feature turned on.</summary>
    /// <param name="parts">The objects of the context.</param>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="feature">The feature, its field and the API level that has it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server or the stream does not have the feature.</exception>
    public static async ValueTask<StreamInfo> RequireAsync(ContextParts parts, string stream, StreamFeature feature, CancellationToken cancellationToken)
    {
        StreamInfo info = await new StreamCalls(parts).InfoAsync(stream, null, cancellationToken).ConfigureAwait(false);
        if (feature.IsOn(info.Config))
        {
            return info;
        }

        int level = LevelOf(info) ?? (await new StreamCalls(parts).AccountAsync(cancellationToken).ConfigureAwait(false)).Api.Level;
        string why = level < feature.Level ? feature.Name : $"{feature.Name} in the stream '{stream}', whose configuration does not allow them";
        throw new NatsJSFeatureNotSupportedException(why, feature.Field, feature.Level, level);
    }

    /// <summary>Returns the API level of the server that answered; null when it did not say.</summary>
    public static int? LevelOf(StreamInfo info) =>
        info.Config.Metadata?.TryGetValue(LevelKey, out string? text) == true && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int level) ? level : null;
}
