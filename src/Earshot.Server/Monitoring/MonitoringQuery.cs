using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Earshot.Server.Monitoring;

/// <summary>The parameters of one page, read as nats-server reads them: an empty value is equivalent to none.</summary>
internal sealed class MonitoringQuery(string query)
{
    private const int DefaultLimit = 1024;

    private readonly Dictionary<string, Microsoft.Extensions.Primitives.StringValues> _values = QueryHelpers.ParseQuery(query);

    /// <summary>How many entries the page has at most.</summary>
    public int Limit => Number("limit") is > 0 and var limit ? limit : DefaultLimit;

    /// <summary>How many entries are left out before the first.</summary>
    public int Offset => Math.Max(0, Number("offset"));

    public string Text(string name) => _values.TryGetValue(name, out StringValues values) ? values[0] ?? string.Empty : string.Empty;

    /// <exception cref="BadMonitoringQueryException">No number.</exception>
    public int Number(string name, string type = "int") => Text(name) switch
    {
        "" => 0,
        var text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new BadMonitoringQueryException($"Error decoding {type} for '{name}': \"{text}\" is not a number"),
    };

    /// <exception cref="BadMonitoringQueryException">No boolean.</exception>
    public bool Flag(string name) => Text(name) switch
    {
        "" or "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        var text => throw new BadMonitoringQueryException($"Error decoding boolean for '{name}': \"{text}\" is not a boolean"),
    };

    /// <summary>Refuses what nats-server would obey and this server would not.</summary>
    /// <exception cref="BadMonitoringQueryException">One of them was given.</exception>
    public void Refuse(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (Text(name).Length > 0)
            {
                throw new BadMonitoringQueryException($"The in-process server has no '{name}' on this page");
            }
        }
    }
}
