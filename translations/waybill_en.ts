<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AccountFacts</name>
    <message numerus="yes">
        <source>%Ln request(s) a minute</source>
        <translation>
            <numerusform>%Ln request a minute</numerusform>
            <numerusform>%Ln requests a minute</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CatchUp</name>
    <message numerus="yes">
        <source>Handed over to %n endpoint(s)</source>
        <translation>
            <numerusform>Handed over to %n endpoint</numerusform>
            <numerusform>Handed over to %n endpoints</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Handing over %n event(s)…</source>
        <translation>
            <numerusform>Handing over %n event…</numerusform>
            <numerusform>Handing over %n events…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n endpoint(s) of the Sandbox take(s) events.</source>
        <translation>
            <numerusform>%n endpoint of the Sandbox takes events.</numerusform>
            <numerusform>%n endpoints of the Sandbox take events.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n event(s) of that time came late.</source>
        <translation>
            <numerusform>%n event of that time came late.</numerusform>
            <numerusform>%n events of that time came late.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Bringing events from %n account(s): %1 so far</source>
        <translation>
            <numerusform>Bringing events from %n account: %1 so far</numerusform>
            <numerusform>Bringing events from %n accounts: %1 so far</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EndpointList</name>
    <message numerus="yes">
        <source>%n event(s)</source>
        <translation>
            <numerusform>%n event</numerusform>
            <numerusform>%n events</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>disabled · %n retry(s) still run</source>
        <translation>
            <numerusform>disabled · %n retry still runs</numerusform>
            <numerusform>disabled · %n retries still run</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the last %n delivery(s) arrived</source>
        <translation>
            <numerusform>the last delivery arrived</numerusform>
            <numerusform>the last %n deliveries arrived</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>none of the last %n delivery(s) arrived</source>
        <translation>
            <numerusform>the last delivery did not arrive</numerusform>
            <numerusform>none of the last %n deliveries arrived</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of the last %n delivery(s) arrived</source>
        <translation>
            <numerusform>%1 of the last %n delivery arrived</numerusform>
            <numerusform>%1 of the last %n deliveries arrived</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message numerus="yes">
        <source>Engine: sending %n delivery(s)</source>
        <translation>
            <numerusform>Engine: sending %n delivery</numerusform>
            <numerusform>Engine: sending %n deliveries</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Engine: %n delivery(s) scheduled</source>
        <translation>
            <numerusform>Engine: %n delivery scheduled</numerusform>
            <numerusform>Engine: %n deliveries scheduled</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled delivery(s) keep(s) the time set by the moved clock.</source>
        <translation>
            <numerusform>%n scheduled delivery keeps the time set by the moved clock.</numerusform>
            <numerusform>%n scheduled deliveries keep the time set by the moved clock.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message numerus="yes">
        <source>It goes on in %n second(s).</source>
        <translation>
            <numerusform>It goes on in %n second.</numerusform>
            <numerusform>It goes on in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Forecast</name>
    <message numerus="yes">
        <source>%n more 410 answer(s) in a row disable(s) this endpoint</source>
        <translation>
            <numerusform>%n more 410 answer in a row disables this endpoint</numerusform>
            <numerusform>%n more 410 answers in a row disable this endpoint</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more failure(s) in a row disable(s) this endpoint</source>
        <translation>
            <numerusform>%n more failure in a row disables this endpoint</numerusform>
            <numerusform>%n more failures in a row disable this endpoint</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Inbox</name>
    <message numerus="yes">
        <source>%n endpoint(s) of the Sandbox still point(s) to an address where the receiver is not; what is to be sent there waits.</source>
        <translation>
            <numerusform>%n endpoint of the Sandbox still points to an address where the receiver is not; what is to be sent there waits.</numerusform>
            <numerusform>%n endpoints of the Sandbox still point to an address where the receiver is not; what is to be sent there waits.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Reach</name>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SecretPlaces</name>
    <message numerus="yes">
        <source>%n secret(s) stay(s) in this computer&apos;s keychain.</source>
        <translation>
            <numerusform>%n secret stays in this computer&apos;s keychain.</numerusform>
            <numerusform>%n secrets stay in this computer&apos;s keychain.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n secret(s) moved to the new place.</source>
        <translation>
            <numerusform>%n secret moved to the new place.</numerusform>
            <numerusform>%n secrets moved to the new place.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n secret(s) stay(s) where it was, because it could not be read there now; Waybill uses it as soon as it can.</source>
        <translation>
            <numerusform>%n secret stays where it was, because it could not be read there now; Waybill uses it as soon as it can.</numerusform>
            <numerusform>%n secrets stay where they were, because they could not be read there now; Waybill uses them as soon as it can.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n secret(s) of this data is/are in this computer&apos;s keychain, which did not open here: %1.</source>
        <translation>
            <numerusform>%n secret of this data is in this computer&apos;s keychain, which did not open here: %1.</numerusform>
            <numerusform>%n secrets of this data are in this computer&apos;s keychain, which did not open here: %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Times</name>
    <message numerus="yes">
        <source>in %n s</source>
        <translation>
            <numerusform>in %n s</numerusform>
            <numerusform>in %n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n s ago</source>
        <translation>
            <numerusform>%n s ago</numerusform>
            <numerusform>%n s ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n min</source>
        <translation>
            <numerusform>in %n min</numerusform>
            <numerusform>in %n min</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min ago</source>
        <translation>
            <numerusform>%n min ago</numerusform>
            <numerusform>%n min ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n h</source>
        <translation>
            <numerusform>in %n h</numerusform>
            <numerusform>in %n h</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h ago</source>
        <translation>
            <numerusform>%n h ago</numerusform>
            <numerusform>%n h ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n day(s)</source>
        <translation>
            <numerusform>in %n day</numerusform>
            <numerusform>in %n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation>
            <numerusform>%n day ago</numerusform>
            <numerusform>%n days ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n s</source>
        <translation>
            <numerusform>%n s</numerusform>
            <numerusform>%n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min</source>
        <translation>
            <numerusform>%n min</numerusform>
            <numerusform>%n min</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h</source>
        <translation>
            <numerusform>%n h</numerusform>
            <numerusform>%n h</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Traces</name>
    <message numerus="yes">
        <source>%n entry(s) of the account cannot be read and is/are left out: %1. All others are there.</source>
        <translation>
            <numerusform>%n entry of the account cannot be read and is left out: %1. All others are there.</numerusform>
            <numerusform>%n entries of the account cannot be read and are left out: %1. All others are there.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>waybill::BroughtEventTable</name>
    <message numerus="yes">
        <source>Copy %n row(s)</source>
        <translation>
            <numerusform>Copy %n row</numerusform>
            <numerusform>Copy %n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>waybill::CatchUpDialog</name>
    <message numerus="yes">
        <source>%n gap(s)</source>
        <translation>
            <numerusform>%n gap</numerusform>
            <numerusform>%n gaps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>waybill::DeliveriesPlace</name>
    <message numerus="yes">
        <source>&amp;Replay %n</source>
        <translation>
            <numerusform>&amp;Replay %n</numerusform>
            <numerusform>&amp;Replay %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sends the event of %n delivery(s) once more, signed anew.</source>
        <translation>
            <numerusform>Sends the event of %n delivery once more, signed anew.</numerusform>
            <numerusform>Sends the event of %n deliveries once more, signed anew.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>waybill::DeliveryActions</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>hosts</comment>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Replay %n delivery(s)?</source>
        <translation>
            <numerusform>Replay %n delivery?</numerusform>
            <numerusform>Replay %n deliveries?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Replay %n delivery(s)</source>
        <translation>
            <numerusform>&amp;Replay %n delivery</numerusform>
            <numerusform>&amp;Replay %n deliveries</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n delivery(s) were not replayed.</source>
        <translation>
            <numerusform>%n delivery was not replayed.</numerusform>
            <numerusform>%n deliveries were not replayed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>waybill::DeliveryDetail</name>
    <message numerus="yes">
        <source>%n header(s)</source>
        <translation>
            <numerusform>%n header</numerusform>
            <numerusform>%n headers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>waybill::DeliveryTable</name>
    <message numerus="yes">
        <source>Copy %n row(s)</source>
        <translation>
            <numerusform>Copy %n row</numerusform>
            <numerusform>Copy %n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>waybill::EndpointActions</name>
    <message numerus="yes">
        <source>Deleting removes this endpoint and its %n delivery(s) for good.</source>
        <translation>
            <numerusform>Deleting removes this endpoint and its %n delivery for good.</numerusform>
            <numerusform>Deleting removes this endpoint and its %n deliveries for good.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>waybill::EndpointDetail</name>
    <message numerus="yes">
        <source>%n scheduled retry(s) still run.</source>
        <translation>
            <numerusform>%n scheduled retry still runs.</numerusform>
            <numerusform>%n scheduled retries still run.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>waybill::EndpointEvents</name>
    <message numerus="yes">
        <source>%n other event(s) are not sent here.</source>
        <translation>
            <numerusform>%n other event is not sent here.</numerusform>
            <numerusform>%n other events are not sent here.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>waybill::Journey</name>
    <message numerus="yes">
        <source>Up to %n more attempt(s)</source>
        <translation>
            <numerusform>Up to %n more attempt</numerusform>
            <numerusform>Up to %n more attempts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>waybill::PayloadView</name>
    <message numerus="yes">
        <source>… Only the first %n KB are shown.</source>
        <translation>
            <numerusform>… Only the first %n KB are shown.</numerusform>
            <numerusform>… Only the first %n KB are shown.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>waybill::SecretDialog</name>
    <message numerus="yes">
        <source>Copied. The clipboard is cleared in %n second(s).</source>
        <translation>
            <numerusform>Copied. The clipboard is cleared in %n second.</numerusform>
            <numerusform>Copied. The clipboard is cleared in %n seconds.</numerusform>
        </translation>
    </message>
</context>
</TS>
