namespace Earshot.Fleet.Streams;

/// <summary>What an account takes from another one.</summary>
/// <param name="From">The account that exports it.</param>
/// <param name="Export">The export.</param>
/// <param name="Local">The subject in the account that imports it; <c>$1</c> stands for the first wildcard of the subject that remains.</param>
internal sealed record PlannedImport(string From, PlannedExport Export, string Local)
{
    /// <summary>The subject as it is imported: that of the export, in which an account has to name itself where the server asks for it.</summary>
    /// <param name="account">How the server knows the account that imports: its name, or its public key.</param>
    public string SubjectFor(string account)
    {
        if (Export.AccountToken == 0)
        {
            return Export.Subject;
        }

        string[] tokens = Export.Subject.Split('.');
        tokens[Export.AccountToken - 1] = account;
        return string.Join('.', tokens);
    }
}
