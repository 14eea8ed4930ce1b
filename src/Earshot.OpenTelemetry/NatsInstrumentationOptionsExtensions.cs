using Earshot.Protocol;

namespace Earshot.OpenTelemetry;

/// <summary>Settings of the instrumentation that need several lines of code otherwise.</summary>
public static class NatsInstrumentationOptionsExtensions
{
    /// <summary>Traces only messages of some subjects. A filter that is set already has to accept a message as well.</summary>
    /// <param name="options">The options.</param>
    /// <param name="include">Subjects with wildcards of which one must match; null or empty: all.</param>
    /// <param name="exclude">Subjects with wildcards of which none may match; null or empty: none.</param>
    /// <returns>The options.</returns>
    public static NatsInstrumentationOptions FilterSubjects(this NatsInstrumentationOptions options, string[]? include = null, string[]? exclude = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Func<NatsInstrumentationContext, bool>? before = options.Filter;
        options.Filter = context => before?.Invoke(context) != false
            && (include is null or [] || Array.Exists(include, pattern => SubjectRules.Matches(pattern, context.Subject)))
            && (exclude is null || !Array.Exists(exclude, pattern => SubjectRules.Matches(pattern, context.Subject)));
        return options;
    }
}
