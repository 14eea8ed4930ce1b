namespace Earshot.Subscriptions;

/// <summary>What a reader learns that has waited, determined on the thread that continues.</summary>
internal interface IWaitOutcome
{
    /// <summary>True: try to read. False: nothing will come any more. Throws where it ended with a failure.</summary>
    bool AfterWait();
}
